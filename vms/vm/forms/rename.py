"""A new name for a VM, or for many by a pattern."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.seen import SeenForm
from vms.operations.forms import NameField, OnceForm
from vms.vm.selectors.renaming import UNKNOWN_PLACE, Pattern


class RenameForm(SeenForm, OnceForm):
    # It stands in a row of the list: the rule is told to who breaks it.
    name = NameField(label=_("New name"), help_text="")


class RenameManyForm(forms.Form):
    """How the new names are made of the old ones: find and replace, then the pattern.

    `seen` is the signature of the new names that the person was shown.
    """

    find = forms.CharField(label=_("Find"), required=False, max_length=63, strip=False)
    replace = forms.CharField(label=_("Replace with"), required=False, max_length=63, strip=False)
    pattern = forms.CharField(
        label=_("New name"),
        max_length=100,
        help_text=_(
            "<code>{name}</code> is the old name, <code>{n}</code> a number, "
            "<code>{n:02}</code> one of two digits."
        ),
    )
    start = forms.IntegerField(label=_("First number"), min_value=0, max_value=99_999)
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
