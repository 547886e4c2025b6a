"""A VM's own list of its disks and its address, kept in step with their rows."""

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, cast

from controlpanel import fluence
from vms.core.revisions import revision_raise
from vms.models import VM, Attachable, FluenceAccount, PublicIp, Resource, Storage

from .account import follow_soon, resources_changed_with_vms
from .catalogue_rows import cluster_rows_ensure
from .resource_fields import PUBLIC_IPS, STORAGES, Mirrored, Remote, new_row


def vm_part_write(vm: VM, part: Attachable) -> None:
    """Write what a disk's or an address's row says into the row of the VM that has or had it.

    The VM is locked. Fluence's answers to such changes tell of a VM nothing but ids.
    """
    address_hour = vm.public_ip_price_hour or Decimal(0)
    if isinstance(part, Storage):
        others = [disk for disk in vm.disks if disk["id"] != part.remote_id]
        vm.disks = [*others, *([_disk(part)] if part.vm_id == vm.pk else [])]
    elif isinstance(part, PublicIp):
        is_its = part.vm_id == vm.pk
        vm.public_ip = part.address if is_its else ""
        vm.public_ip_remote_id = part.remote_id or ""
        address_hour = (part.price_hour or Decimal(0)) if is_its else Decimal(0)
    if vm.price_vm_hour is not None:
        vm.price_hour = vm.price_vm_hour + vm.storage_price_hour + address_hour
    vm.revision = revision_raise(vm.team_id)
    vm.save(update_fields=["disks", "public_ip", "public_ip_remote_id", "price_hour", "revision"])


def _disk(disk: Storage) -> dict[str, Any]:
    return {
        "id": disk.remote_id,
        "name": disk.name,
        "role": disk.role,
        "volume_gb": disk.volume_gb,
        "storage_type": disk.storage_type,
        "replicated": disk.replicated,
        "status": disk.status,
        "price_hour": str(disk.price_hour) if disk.price_hour is not None else None,
    }


def vm_parts_insert(account: FluenceAccount, answers: Iterable[tuple[VM, fluence.VM]]) -> None:
    """Make rows for the disks and addresses that VMs' own answers tell of, where there are none:
    what a VM has is known with it, not at the next reading of all disks.
    """
    told: dict[str, tuple[Mirrored, Remote, VM]] = {}
    for vm, remote in answers:
        if (whole := remote.expanded) and not vm.is_ended:
            disks = (whole.boot_disk, *whole.data_disks)
            parts: list[tuple[Mirrored, Remote]] = [(STORAGES, each) for each in disks if each]
            parts += [(PUBLIC_IPS, whole.public_ip)] if whole.public_ip else []
            told |= {each.id: (mirrored, each, vm) for mirrored, each in parts}
    for mirrored in (STORAGES, PUBLIC_IPS):
        _insert_missing(account, mirrored, [each for each in told.values() if each[0] is mirrored])


def _insert_missing(
    account: FluenceAccount, mirrored: Mirrored, told: Sequence[tuple[Mirrored, Remote, VM]]
) -> None:
    known = mirrored.model._default_manager.filter(
        account=account, remote_id__in=[each.id for _, each, _ in told]
    )
    there = set(known.values_list("remote_id", flat=True)) if told else set()
    new = [(each, vm) for _, each, vm in told if each.id not in there]
    if not new or mirrored.model.TARGET_TYPE in account.refused_kinds:
        return
    rows: list[Resource] = []
    for each, vm in new:
        row = cast(Attachable, new_row(mirrored, account.pk, each))
        for name, value in mirrored.fields(each).items():
            setattr(row, name, value)
        row.vm = row.origin = vm
        row.attached_to = vm.remote_id or ""
        rows.append(row)
    cluster_rows_ensure({each.cluster_id for each, _ in new})
    # Whoever reads all of them at this moment may be quicker.
    mirrored.model._default_manager.bulk_create(rows, ignore_conflicts=True)
    follow_soon(account)
    resources_changed_with_vms(account.pk, account.team_id)
