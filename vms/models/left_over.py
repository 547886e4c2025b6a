from django.db import models
from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from .account import FluenceAccount
from .catalogue import Cluster
from .vm import VM


class LeftOver(models.Model):
    """A disk or public IP that no VM has, and that goes on costing money until it is deleted.

    Mirrored from GET /v1/storages and GET /v1/public_ips. `price_hour` is in USD, null where
    Fluence names no price; `volume_gb` in GB. `vm` is the one it came from, if the panel knows.
    It is listed once it has been free since `free_since` for the grace period: a VM that is
    being made may be about to take it.
    """

    class Kind(models.TextChoices):
        DISK = "disk", _("Disk")
        PUBLIC_IP = "public_ip", _("Public IP")

    account = models.ForeignKey(FluenceAccount, on_delete=models.CASCADE, related_name="left_overs")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    remote_id = models.CharField(max_length=40)
    name = models.CharField(max_length=254)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="left_overs")
    price_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    created_at = models.DateTimeField()
    role = models.CharField(max_length=10, blank=True)
    volume_gb = models.PositiveIntegerField(null=True)
    storage_type = models.CharField(max_length=20, blank=True)
    replicated = models.BooleanField(default=False)
    address = models.CharField(max_length=45, blank=True)

    vm = models.ForeignKey(VM, on_delete=models.SET_NULL, null=True, related_name="left_overs")
    free_since = models.DateTimeField()
    is_listed = models.BooleanField(default=False)

    class Meta:
        # The dearest first.
        ordering = [F("price_hour").desc(nulls_last=True), "created_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["account", "kind", "remote_id"], name="left_over_once_per_account"
            )
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def what(self) -> str:
        """What it is, in a word or two: boot disk, data disk or public IP."""
        if self.kind == self.Kind.PUBLIC_IP:
            return gettext("Public IP")
        return gettext("Boot disk") if self.role == "BOOT" else gettext("Data disk")

    @property
    def detail(self) -> str:
        """Its size and type, or its address."""
        if self.kind == self.Kind.PUBLIC_IP:
            return self.address
        copies = gettext("replicated") if self.replicated else ""
        size = f"{self.volume_gb} GB {self.storage_type}".strip()
        return ", ".join(filter(None, [size, copies]))
