from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vms.models import VM

NOT_THERE = "not-there"


class SettleForm(forms.Form):
    """What a person says of a create that Fluence never showed: one of `found` is it, or none."""

    answer = forms.ChoiceField(
        label=_("What does Fluence show?"),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one.")},
    )

    def __init__(self, *args: Any, found: Sequence[VM], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._found = {str(vm.pk): vm for vm in found}
        answer = self.fields["answer"]
        assert isinstance(answer, forms.ChoiceField)  # noqa: S101 - for the type checker
        answer.choices = [
            *((pk, vm.name) for pk, vm in self._found.items()),
            (NOT_THERE, _("It is not at Fluence")),
        ]

    @property
    def found(self) -> VM | None:
        """The VM that is it; None if it is not there."""
        return self._found.get(self.cleaned_data["answer"])
