"""What was charged, mirrored from GET /v1/billing/charges/aggregated, and sums of it for pages.

A page of a month reads the sums alone: an account of three thousand VMs has a quarter of a million
charges in a month, of which there are some hundred rows of sums by day. By month there is a row for
each thing, each VM with what belongs to it, and each person: in the order of their cost, so that a
page takes fifty of a hundred thousand as quickly as of sixty.
Whoever writes charges writes the sums with them, in one transaction (`vms.mirror.charges`).
"""

from django.db import models
from django.db.models import UniqueConstraint

from .account import FluenceAccount
from .exact import ExactDecimalField

# Kinds of what is charged, as Fluence spells them here. Others are kept as they came.
VM_CHARGE, STORAGE_CHARGE, PUBLIC_IP_CHARGE = "VM", "STORAGE", "PUBLIC_IP"


class Charge(models.Model):
    """What one thing cost in one day of UTC: `cost` in USD for so many `hours`.

    `resource_id`, `resource_type` and `cluster_id` are Fluence's; the place may be one that the
    catalogue does not have. `detail` is the configuration of a VM, or the type of a disk or an
    address. `quantity` is the GB of a disk, otherwise 1: what grew in a day has two rows for it.
    """

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="charges", db_index=False
    )
    day = models.DateField()
    resource_id = models.CharField(max_length=64)
    resource_type = models.CharField(max_length=30)
    name = models.CharField(max_length=254, blank=True)
    cluster_id = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=100, blank=True)
    quantity = ExactDecimalField()
    hours = ExactDecimalField()
    cost = ExactDecimalField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "day", "resource_id", "quantity"], name="charge_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}: {self.cost} USD"


class ChargeDay(models.Model):
    """What all things of one kind and place cost in one day of UTC, in USD."""

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="charge_days", db_index=False
    )
    day = models.DateField()
    resource_type = models.CharField(max_length=30)
    cluster_id = models.CharField(max_length=40, blank=True)
    cost = ExactDecimalField()

    class Meta:
        constraints = [
            UniqueConstraint(
                fields=["account", "day", "resource_type", "cluster_id"], name="charge_day_once"
            )
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.resource_type}: {self.cost} USD"


class ChargeMonth(models.Model):
    """What one thing cost in a month of UTC, named by its first day; `cost` in USD.

    `name`, `detail` and place are those of the last day. `holder_id` and `holder_name` are the VM
    that it belongs to, or itself if it belongs to none: kept here, since the rows of disks and
    addresses go when these do. `person` is who deployed it here, empty for what nobody did.
    """

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="charge_months", db_index=False
    )
    month = models.DateField()
    resource_id = models.CharField(max_length=64)
    resource_type = models.CharField(max_length=30)
    name = models.CharField(max_length=254, blank=True)
    cluster_id = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=120, blank=True)
    holder_id = models.CharField(max_length=64)
    holder_name = models.CharField(max_length=254, blank=True)
    person = models.CharField(max_length=254, blank=True)
    hours = ExactDecimalField()
    cost = ExactDecimalField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "month", "resource_id"], name="charge_month_once")
        ]
        indexes = [
            # Who had a thing of which only its id is left.
            models.Index(fields=["account", "resource_id"], name="charge_month_resource"),
            models.Index(
                fields=["account", "month", "-cost", "resource_id"], name="charge_month_dearest"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.name}: {self.cost} USD"


class ChargeHolder(models.Model):
    """What one VM, with all that belongs to it, cost in a month of UTC; or what belongs to none.

    `parts` counts the disks and addresses of a VM. `detail`, place and person are the VM's own, if
    it was charged itself; a VM of which only a disk is left has no detail.
    """

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="charge_holders", db_index=False
    )
    month = models.DateField()
    holder_id = models.CharField(max_length=64)
    resource_type = models.CharField(max_length=30)
    name = models.CharField(max_length=254, blank=True)
    cluster_id = models.CharField(max_length=40, blank=True)
    detail = models.CharField(max_length=120, blank=True)
    person = models.CharField(max_length=254, blank=True)
    parts = models.PositiveIntegerField()
    cost = ExactDecimalField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "month", "holder_id"], name="charge_holder_once")
        ]
        indexes = [
            models.Index(
                fields=["account", "month", "-cost", "holder_id"], name="charge_holder_dearest"
            )
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.name}: {self.cost} USD"


class ChargePerson(models.Model):
    """What all that one person deployed here cost in a month of UTC; no name: nobody did."""

    account = models.ForeignKey(
        FluenceAccount, on_delete=models.CASCADE, related_name="charge_persons", db_index=False
    )
    month = models.DateField()
    person = models.CharField(max_length=254, blank=True)
    cost = ExactDecimalField()

    class Meta:
        constraints = [
            UniqueConstraint(fields=["account", "month", "person"], name="charge_person_once")
        ]

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.person}: {self.cost} USD"
