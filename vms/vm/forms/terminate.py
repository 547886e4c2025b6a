"""What must be typed before a VM, or many, are ended."""

from collections.abc import Sequence
from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.seen import as_seen
from vms.models import VM, Attachable
from vms.operations.forms import OnceForm

KEEP, DELETE = "keep", "delete"
FATES = [(KEEP, _("Keep")), (DELETE, _("Delete too"))]


class TerminateForm(OnceForm):
    """The person types the VM's name, so that the wrong VM is not terminated by a slip, and says
    of each disk and address whether it is kept; `deletes` is what is chosen first.
    """

    confirmation = forms.CharField(label=_("Type the name of the VM to confirm"), max_length=254)

    def __init__(
        self,
        *args: Any,
        vm: VM,
        parts: Sequence[Attachable] = (),
        deletes: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.vm, self._parts = vm, {f"fate-{part.pk}": part for part in parts}
        for name in self._parts:
            self.fields[name] = forms.ChoiceField(
                choices=FATES, required=False, initial=DELETE if deletes else KEEP
            )
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}

    def clean_confirmation(self) -> str:
        typed: str = self.cleaned_data["confirmation"]
        # As it is seen: nobody can type what only a program tells apart.
        if as_seen(typed) != as_seen(self.vm.name):
            raise ValidationError(
                gettext("This is not the VM's name. Type %(name)s exactly.")
                % {"name": self.vm.name}
            )
        return typed

    @property
    def parts(self) -> list[tuple[Attachable, BoundField]]:
        """Each disk and address of the VM, with its own field."""
        return [(part, self[name]) for name, part in self._parts.items()]

    @property
    def to_delete(self) -> list[Attachable]:
        """What is to be deleted after the VM."""
        chosen = self.cleaned_data
        return [part for name, part in self._parts.items() if chosen.get(name) == DELETE]


class TerminateManyForm(forms.Form):
    """The person types how many VMs end, so that none ends that was ticked by a slip, and says
    whether their disks and addresses are kept.
    """

    rest = forms.ChoiceField(
        label=_("Their disks and public IPs"),
        choices=FATES,
        required=False,
        widget=forms.RadioSelect,
    )

    confirmation = forms.IntegerField(label=_("Type the number of VMs to confirm"), min_value=0)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, deletes: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
        self.initial["rest"] = DELETE if deletes else KEEP
        self.initial["form_key"] = str(uuid4())
        self.fields["confirmation"].widget.attrs |= {"autocomplete": "off"}

    def clean_confirmation(self) -> int:
        typed: int = self.cleaned_data["confirmation"]
        if typed != self.count:
            raise ValidationError(
                gettext("That is not how many would be terminated. Type %(count)s.")
                % {"count": self.count}
            )
        return typed

    @property
    def deletes_rest(self) -> bool:
        return bool(self.cleaned_data["rest"] == DELETE)
