"""What Fluence offers: places, configurations, images and prices, mirrored for all teams.

Rows are never deleted, since VMs point at them; what Fluence no longer lists has `listed` off.
Ids are Fluence's own.
"""

from decimal import Decimal

from django.db import models


class Datacenter(models.Model):
    """The place a cluster stands in (GET /v1/datacenters)."""

    id = models.CharField(primary_key=True, max_length=40)
    slug = models.CharField(max_length=60, blank=True)
    city = models.CharField(max_length=80)
    country_code = models.CharField(max_length=3)
    tier = models.PositiveSmallIntegerField(default=0)
    certifications = models.JSONField(default=list)

    def __str__(self) -> str:
        return f"{self.city}, {self.country_code}"


class Cluster(models.Model):
    """The part of a datacenter a VM is placed in, with what its extras cost there.

    Prices are USD per hour: of one GB of NVMe storage, and of one IPv4 address; null where
    Fluence does not sell it. A cluster seen only on a VM has no datacenter and is not listed.
    """

    id = models.CharField(primary_key=True, max_length=40)
    datacenter = models.ForeignKey(
        Datacenter, on_delete=models.PROTECT, null=True, related_name="clusters"
    )
    name = models.CharField(max_length=120)
    listed = models.BooleanField(default=False)
    storage_price_gb_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    storage_replicated = models.BooleanField(default=False)
    storage_available_gb = models.PositiveBigIntegerField(default=0)
    public_ip_price_hour = models.DecimalField(max_digits=18, decimal_places=10, null=True)
    public_ips_available = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"{self.name} ({self.datacenter})" if self.datacenter else self.name


class Configuration(models.Model):
    """A VM size (GET /v1/configurations/virtual_machines); `family` is read from the slug."""

    id = models.CharField(primary_key=True, max_length=40)
    slug = models.CharField(max_length=60)
    name = models.CharField(max_length=120, blank=True)
    description = models.CharField(max_length=500, blank=True)
    family = models.CharField(max_length=20, blank=True)
    vcpu = models.PositiveSmallIntegerField(default=0)
    ram_gb = models.PositiveIntegerField(default=0)
    dedicated = models.BooleanField(default=False)
    listed = models.BooleanField(default=False)

    class Meta:
        ordering = ["family", "vcpu", "ram_gb", "slug"]

    def __str__(self) -> str:
        return self.slug


class Image(models.Model):
    """An OS image a boot disk is made from (GET /v1/storages/default_images)."""

    id = models.CharField(primary_key=True, max_length=64)
    slug = models.CharField(max_length=80)
    name = models.CharField(max_length=120)
    distribution = models.CharField(max_length=60)
    username = models.CharField(max_length=40)
    download_url = models.URLField(max_length=500)
    listed = models.BooleanField(default=False)

    class Meta:
        ordering = ["distribution", "-name"]

    def __str__(self) -> str:
        return f"{self.distribution} {self.name}"


class Offer(models.Model):
    """A configuration in a cluster: its price, and whether any capacity is left."""

    cluster = models.ForeignKey(Cluster, on_delete=models.CASCADE, related_name="offers")
    configuration = models.ForeignKey(
        Configuration, on_delete=models.CASCADE, related_name="offers"
    )
    price_hour = models.DecimalField(max_digits=18, decimal_places=10)
    available = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["cluster", "configuration"], name="one_offer_per_place")
        ]

    def __str__(self) -> str:
        return f"{self.configuration} in {self.cluster_id}: {self.price_hour} USD/h"

    def cost_hour(self, *, boot_disk_gb: int, public_ip: bool) -> Decimal:
        """Return the USD per hour of a VM here with its disk and address, from listed prices."""
        disk = (self.cluster.storage_price_gb_hour or Decimal(0)) * boot_disk_gb
        address = (self.cluster.public_ip_price_hour or Decimal(0)) if public_ip else Decimal(0)
        return self.price_hour + disk + address


class CatalogueState(models.Model):
    """One row: when the catalogue was last read, and when it is due again."""

    refreshed_at = models.DateTimeField(null=True)
    refresh_after = models.DateTimeField(null=True)
    min_boot_disk_gb = models.PositiveIntegerField(default=20)
    # What was left out since it could not be read: `vms.mirror.unreadable`.
    unreadable = models.JSONField(default=dict, db_default={})

    def __str__(self) -> str:
        return f"catalogue of {self.refreshed_at}"
