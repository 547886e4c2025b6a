from django.utils.translation import gettext_lazy as _

from vms.operations.forms import KeyNameField, OnceForm, PublicKeyField


class SSHKeyForm(OnceForm):
    name = KeyNameField(label=_("Name"))
    public_key = PublicKeyField(label=_("Public key"))
