"""Copying Fluence's VMs (UserVmDto) into our rows."""

from collections.abc import Collection, Iterable, Mapping
from decimal import Decimal
from typing import Any

from controlpanel import fluence
from vms.core import statuses
from vms.core.amounts import amount_fitting
from vms.core.fitting import fitting
from vms.models import VM, Image

from .intervals import next_poll
from .let_go import vms_let_go

EXPAND = ("bootDisk", "dataDisks", "publicIp", "sshKeys", "networkInterfaces")


def mirror_changes(
    vm: VM, remote: fluence.VM, usernames: Mapping[str, str] | None = None
) -> dict[str, Any]:
    """Return the fields of our row that differ from Fluence's answer, with their new values.

    An answer older than the one already mirrored (two calls crossed) changes nothing.
    `usernames` are those of images, by id, where many VMs are compared.
    """
    if vm.remote_updated_at and remote.updated_at and remote.updated_at < vm.remote_updated_at:
        return {}
    fields = _plain_fields(remote) | _expanded_fields(vm, remote, usernames)
    return {name: value for name, value in fields.items() if getattr(vm, name) != value}


def mirror_write(vm: VM, changes: dict[str, Any], *, revision: int) -> None:
    """Save `changes` and plan the next poll. Call with the row locked, in a transaction."""
    mirror_set(vm, changes, revision=revision)
    vm.save()
    vms_let_go([vm])


def mirror_set(
    vm: VM, changes: dict[str, Any], *, revision: int, jitter: float | None = None
) -> None:
    """Do what `mirror_write` does, and leave it to the caller to save the row."""
    was_lost = vm.status == statuses.LOST
    for name, value in changes.items():
        setattr(vm, name, value)
    vm.revision = revision
    if (was_lost or vm.hidden_at) and not vm.is_ended:
        _come_back(vm)
    vm.absent_since = None
    vm.poll_after = next_poll(vm, jitter=jitter)


# What `mirror_set` may change besides the fields that are named to it.
PLANNED = ("revision", "revision_created", "absent_since", "poll_after", "said", "hidden_at")


def mirror_save(vms: Collection[VM], fields: Collection[str]) -> None:
    """Save `fields` of many rows, which are there and locked, in one statement.

    An insert that meets its own rows: Django's `bulk_update` would write a case for each value,
    which takes ten times as long.
    """
    VM.objects.bulk_create(
        vms, update_conflicts=True, unique_fields=["id"], update_fields=sorted(fields)
    )


def _come_back(vm: VM) -> None:
    """Show a VM again that was given up for lost, or dismissed: it is there, and costs."""
    vm.said = None
    if vm.hidden_at:
        vm.hidden_at, vm.revision_created = None, vm.revision


def _plain_fields(remote: fluence.VM) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "remote_id": remote.id,
        "name": fitting(VM, "name", remote.name),
        "status": fitting(VM, "status", statuses.canonical(remote.status)),
        "cluster_id": remote.cluster_id,
        "configuration_id": remote.configuration_id,
        "allowed_actions": sorted(remote.allowed_actions),
        "restart_required": remote.restart_required,
        "created_at": remote.created_at,
        "ready_since": remote.ready_since,
        "terminated_at": remote.terminated_at,
        "paid_until": remote.paid_until,
    }
    # Given by lists and creates only; what is absent elsewhere must not wipe what is known.
    optional = {
        "vcpu": remote.vcpu,
        "ram_gb": remote.ram_gb,
        "remote_updated_at": remote.updated_at,
        "has_cloud_init": remote.has_cloud_init or None,
        "public_ip_remote_id": remote.public_ip,
    }
    return fields | {name: value for name, value in optional.items() if value is not None}


def image_usernames(remotes: Iterable[fluence.VM]) -> dict[str, str]:
    """Return the log-in name of each image that VMs were made from, by the image's id."""
    disks = (vm.expanded.boot_disk for vm in remotes if vm.expanded)
    ids = {disk.image.id for disk in disks if disk and disk.image}
    return dict(Image.objects.filter(id__in=ids).values_list("id", "username")) if ids else {}


def _expanded_fields(
    vm: VM, remote: fluence.VM, usernames: Mapping[str, str] | None
) -> dict[str, Any]:
    expanded = remote.expanded
    if expanded is None:
        return {}
    address = expanded.public_ip.address if expanded.public_ip else ""
    disks = [_disk(s) for s in (expanded.boot_disk, *expanded.data_disks) if s]
    fields: dict[str, Any] = {
        # What an ended VM had is kept, so that it is known whose disks are left over.
        "disks": vm.disks if remote.is_terminal and not disks else disks,
        "interfaces": [_interface(interface) for interface in expanded.network_interfaces],
        "ssh_keys": [key.name for key in expanded.ssh_keys],
        "public_ip": fitting(VM, "public_ip", address or ""),
    }
    if remote.price_hourly_usd is not None:
        # With its parts or not at all: until they are told, ours is of all that was asked for.
        fields["price_vm_hour"] = amount_fitting(remote.price_hourly_usd)
        fields["price_hour"] = _total_price(remote)
    image = expanded.boot_disk.image if expanded.boot_disk else None
    if image and not vm.image:
        fields["image"] = fitting(VM, "image", f"{image.distribution} {image.name}".strip())
        known = image_usernames([remote]) if usernames is None else usernames
        fields["ssh_username"] = known.get(image.id, "")
    return fields


def _disk(disk: fluence.Storage) -> dict[str, Any]:
    price = amount_fitting(disk.price_hourly_usd)
    return {
        "id": disk.id,
        "name": disk.name,
        "role": disk.role.upper() or "DATA",
        "volume_gb": disk.volume_gb,
        "storage_type": disk.storage_type,
        "replicated": disk.replicated,
        "status": disk.status,
        "price_hour": None if price is None else str(price),
    }


def _interface(interface: fluence.NetworkInterface) -> dict[str, Any]:
    return {
        "id": interface.id,
        "kind": "public" if interface.public_ip_id else "private",
        "default": interface.default,
        "security_group": interface.security_group or "",
    }


def _total_price(remote: fluence.VM) -> Decimal | None:
    """Add up the amounts as they are kept: the sum is that of the columns, to the last digit."""
    expanded = remote.expanded
    parts: list[fluence.Storage | fluence.PublicIp | None] = (
        [expanded.boot_disk, *expanded.data_disks, expanded.public_ip] if expanded else []
    )
    prices = [remote.price_hourly_usd, *(part.price_hourly_usd for part in parts if part)]
    kept = (amount_fitting(price) for price in prices)
    return amount_fitting(sum((price for price in kept if price is not None), Decimal(0)))
