"""What a VM has of disks and addresses, and what of it stays when it has ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from vms.models import VM, Attachable, FluenceAccount, PublicIp, Storage


@dataclass(frozen=True, slots=True)
class Belongings:
    """The disks and addresses that a VM has, as rows; the boot disk comes first."""

    disks: list[Storage]
    public_ips: list[PublicIp]

    @property
    def all(self) -> list[Attachable]:
        return [*self.disks, *self.public_ips]

    @property
    def price_hour(self) -> Decimal:
        return sum((each.price_hour or Decimal(0) for each in self.all), Decimal(0))


def belongings_of(vm: VM) -> Belongings:
    return belongings_of_many([vm])[vm]


def belongings_of_many(vms: Sequence[VM]) -> dict[VM, Belongings]:
    """Return what each of the VMs has, in two queries."""
    of: dict[UUID | None, Belongings] = {vm.pk: Belongings([], []) for vm in vms}
    for disk in Storage.objects.filter(vm__in=of).order_by("role", "created_at", "pk"):
        of[disk.vm_id].disks.append(disk)
    for ip in PublicIp.objects.filter(vm__in=of).order_by("created_at", "pk"):
        of[ip.vm_id].public_ips.append(ip)
    return {vm: of[vm.pk] for vm in vms}


@dataclass(frozen=True, slots=True)
class Remains:
    """What of an ended VM goes on costing money.

    `is_known` once Fluence has been asked since; until then it is being checked.
    """

    rows: list[Attachable]
    is_known: bool
    # Whether the key may not read all of it, so that nobody here can tell.
    is_refused: bool = False

    @property
    def has_disks(self) -> bool:
        return any(isinstance(row, Storage) for row in self.rows)

    @property
    def has_public_ips(self) -> bool:
        return any(isinstance(row, PublicIp) for row in self.rows)


def remains_of(vm: VM, account: FluenceAccount | None) -> Remains:
    if account is None:
        return Remains([], is_known=False)
    rows: list[Attachable] = []
    for model in (Storage, PublicIp):
        rows += model.objects.filter(account=account, origin=vm, is_left_over=True)
    refused = {Storage.TARGET_TYPE, PublicIp.TARGET_TYPE} & set(account.refused_kinds)
    was_told = all(row.is_checked for row in rows)
    was_read = bool(rows) or _was_read_since(vm.terminated_at, account)
    return Remains(rows=rows, is_known=was_told and was_read, is_refused=bool(refused))


def _was_read_since(ended_at: datetime | None, account: FluenceAccount) -> bool:
    if not ended_at or not account.disks_read_at or not account.public_ips_read_at:
        return False
    whole = min(account.disks_read_at, account.public_ips_read_at)
    # Between whole readings what VMs had is followed together with the newest VMs.
    return max(whole, account.vms_read_at or whole) > ended_at
