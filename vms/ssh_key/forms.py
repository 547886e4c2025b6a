from django import forms
from django.utils.translation import gettext_lazy as _

from vms.core.public_keys import validate_public_key
from vms.operations.forms import OnceForm


class SSHKeyForm(OnceForm):
    name = forms.CharField(label=_("Name"), max_length=100)
    public_key = forms.CharField(
        label=_("Public key"),
        max_length=16_000,
        validators=[validate_public_key],
        widget=forms.Textarea(attrs={"rows": 3, "class": "mono", "spellcheck": "false"}),
        help_text=_("One line, from a file such as ~/.ssh/id_ed25519.pub."),
    )
