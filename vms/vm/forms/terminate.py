"""What must be typed before a VM, or many, are ended."""

from typing import Any
from uuid import uuid4

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.seen import as_seen
from vms.models import VM
from vms.operations.forms import OnceForm


class TerminateForm(OnceForm):
    """The person types the VM's name, so that the wrong VM is not terminated by a slip."""

    confirmation = forms.CharField(label=_("Type the name of the VM to confirm"), max_length=254)

    def __init__(self, *args: Any, vm: VM, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.vm = vm
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


class TerminateManyForm(forms.Form):
    """The person types how many VMs end, so that none ends that was ticked by a slip."""

    confirmation = forms.IntegerField(label=_("Type the number of VMs to confirm"), min_value=0)
    form_key = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, count: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = count
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
