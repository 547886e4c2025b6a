from django.db import models

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
