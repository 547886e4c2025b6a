from django.db import models
from django.utils.translation import gettext as _

from vms.core.public_keys import PublicKey, public_key_known

from .account import FluenceAccount


class SSHKey(models.Model):
    """A named public key of the account, put on VMs at creation (GET /v1/ssh_keys)."""

    account = models.ForeignKey(FluenceAccount, on_delete=models.CASCADE, related_name="ssh_keys")
    remote_id = models.CharField(max_length=40)
    name = models.CharField(max_length=120)
    public_key = models.TextField()
    fingerprint = models.CharField(max_length=120, blank=True)
    algorithm = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ["name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "remote_id"], name="ssh_key_once_per_account"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def known(self) -> PublicKey | None:
        return public_key_known(self.public_key)

    @property
    def type(self) -> str:
        """What kind of key it is and how long, as far as it is known: "RSA, 3072 bits"."""
        if known := self.known:
            return _("%(kind)s, %(bits)s bits") % {"kind": known.kind, "bits": known.bits}
        return self.algorithm

    @property
    def sha256(self) -> str:
        """Its fingerprint as `ssh-keygen -l` prints it, else as Fluence tells it."""
        return self.known.fingerprint if self.known else self.fingerprint

    @property
    def label(self) -> str:
        """Its name with what tells it from another of that name."""
        return f"{self.name} ({self.sha256})" if self.sha256 else self.name
