"""How to restart a VM, or many."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from vms.operations.forms import OnceForm
from vms.vm.kinds.restart import RESTARTS, Restart


class RestartForm(OnceForm):
    """`ways` are those that Fluence offers now, the gentle one first."""

    how = forms.ChoiceField(label=_("How"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, ways: Sequence[Restart], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ways = ways
        how = self.fields["how"]
        assert isinstance(how, forms.ChoiceField)  # noqa: S101 - for the type checker
        how.choices = [(way.name, way.verb) for way in ways]
        self.initial.setdefault("how", ways[0].name if ways else "")

    @property
    def way(self) -> Restart:
        return RESTARTS[self.cleaned_data["how"]]


class RestartManyForm(RestartForm):
    form_key = forms.UUIDField(widget=forms.HiddenInput)
