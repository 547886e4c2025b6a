"""The forms of what is asked of a restart, or of many VMs at once."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError

from vms.models import Operation
from vms.vm.renaming import UNKNOWN_PLACE, Pattern

from .forms import OnceForm

Kind = Operation.Kind
# The two ways to restart, the gentle one first, with what they mean for what runs on the VM.
WAYS = (
    (
        Kind.VM_SOFT_REBOOT,
        "Soft reboot",
        "Its system is asked to shut down in order and start again.",
    ),
    (
        Kind.VM_RESTART,
        "Restart",
        "The machine is stopped and started, like pulling the plug. Also "
        "takes up new disks and networks.",
    ),
)


class RestartForm(OnceForm):
    """How to restart. `kinds` are the ways that Fluence offers now."""

    how = forms.ChoiceField(label="How", widget=forms.RadioSelect)

    def __init__(self, *args: Any, kinds: set[Operation.Kind], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = [way for way in WAYS if way[0] in kinds]
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 - for the type checker
        how.choices = [(kind, label) for kind, label, _ in self.ways]
        self.initial.setdefault("how", self.ways[0][0] if self.ways else "")

    @property
    def kind(self) -> Operation.Kind:
        return Kind(self.cleaned_data["how"])


class RestartManyForm(RestartForm):
    form_key = forms.UUIDField(widget=forms.HiddenInput)


class RenameManyForm(forms.Form):
    """How the new names are made of the old ones: find and replace, then the pattern.

    `seen` is the signature of the new names that the person was shown.
    """

    find = forms.CharField(label="Find", required=False, max_length=63, strip=False)
    replace = forms.CharField(label="Replace with", required=False, max_length=63, strip=False)
    pattern = forms.CharField(
        label="New name",
        max_length=100,
        help_text="<code>{name}</code> is the old name, <code>{n}</code> a number, "
        "<code>{n:02}</code> one of two digits.",
    )
    start = forms.IntegerField(label="First number", min_value=0, max_value=99_999)
    form_key = forms.UUIDField(widget=forms.HiddenInput)
    seen = forms.CharField(required=False, max_length=64)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"pattern": "{name}", "start": 1, "form_key": str(uuid4()), **self.initial}
        for field in self.fields.values():
            field.widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_pattern(self) -> str:
        text: str = self.cleaned_data["pattern"]
        if Pattern(text).unknown_places:
            raise ValidationError(UNKNOWN_PLACE)
        return text

    def naming(self) -> Pattern:
        """Return what was asked for; until it can be understood, names stay as they are."""
        if not self.is_bound or not self.is_valid():
            return Pattern("{name}")
        data = self.cleaned_data
        return Pattern(data["pattern"], data["start"], data["find"], data["replace"])


class TerminateManyForm(forms.Form):
    """The person types how many VMs end, so that none ends that was ticked by a slip."""

    confirmation = forms.IntegerField(label="Type the number of VMs to confirm", min_value=0)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        self.initial["form_key"] = str(uuid4())
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off"}

    def clean_confirmation(self) -> int:
        typed: int = self.cleaned_data["confirmation"]
        if typed != self.count:
            raise ValidationError(f"That is not how many would be terminated. Type {self.count}.")
        return typed
