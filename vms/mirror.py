"""Copying Fluence's VMs (UserVmDto) into our rows."""

import random
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.services import Target

from . import statuses
from .models import VM, Cluster, Configuration, Image

EXPAND = ("bootDisk", "dataDisks", "publicIp", "sshKeys", "networkInterfaces")


def vm_target(vm: VM) -> Target:
    """How the audit log names a VM."""
    return Target("vm", str(vm.pk), vm.name)


def mirror_changes(vm: VM, remote: fluence.VM) -> dict[str, Any]:
    """Return the fields of our row that differ from Fluence's answer, with their new values.

    An answer older than the one already mirrored (two calls crossed) changes nothing.
    """
    if vm.remote_updated_at and remote.updated_at and remote.updated_at < vm.remote_updated_at:
        return {}
    fields = _plain_fields(remote) | _expanded_fields(vm, remote)
    return {name: value for name, value in fields.items() if getattr(vm, name) != value}


def mirror_write(vm: VM, changes: dict[str, Any], *, revision: int) -> None:
    """Save `changes` and plan the next poll. Call with the row locked, in a transaction."""
    for name, value in changes.items():
        setattr(vm, name, value)
    vm.revision = revision
    vm.absent_since = None
    vm.poll_after = next_poll(vm)
    vm.save()


def next_poll(vm: VM, now: datetime | None = None) -> datetime | None:
    """Return when to ask Fluence about the VM again; None once it will not change by itself.

    Every 2 s at first, growing with the time since the last change to 30 s, jittered by 15 % so
    that the VMs of a key do not all come due at once.
    """
    if vm.is_settled:
        return None
    now = now or timezone.now()
    changed_at = max(vm.created_at, vm.remote_updated_at or vm.created_at)
    interval = min(max((now - changed_at).total_seconds() / 15, 2.0), 30.0)
    return now + timedelta(seconds=interval * random.uniform(0.85, 1.15))  # noqa: S311 - no secret


def catalogue_rows_ensure(remote: fluence.VM) -> None:
    """Make rows for a cluster or configuration that the catalogue has not shown (yet)."""
    Cluster.objects.get_or_create(
        id=remote.cluster_id, defaults={"name": f"Cluster {remote.cluster_id[:8]}"}
    )
    slug = remote.configuration_slug or remote.configuration_id
    Configuration.objects.get_or_create(
        id=remote.configuration_id,
        defaults={
            "slug": slug,
            "family": fluence.family_of(slug),
            "vcpu": remote.vcpu or 0,
            "ram_gb": remote.ram_gb or 0,
        },
    )


def _plain_fields(remote: fluence.VM) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "remote_id": remote.id,
        "name": remote.name,
        "status": statuses.canonical(remote.status),
        "cluster_id": remote.cluster_id,
        "configuration_id": remote.configuration_id,
        "allowed_actions": list(remote.allowed_actions),
        "restart_required": remote.restart_required,
        "created_at": remote.created_at,
        "ready_since": remote.ready_since,
        "terminated_at": remote.terminated_at,
        "paid_until": remote.paid_until,
        "remote_updated_at": remote.updated_at,
    }
    # Given by lists and creates only; what is absent elsewhere must not wipe what is known.
    optional = {
        "vcpu": remote.vcpu,
        "ram_gb": remote.ram_gb,
        "price_vm_hour": remote.price_hourly_usd,
        "has_cloud_init": remote.has_cloud_init or None,
    }
    return fields | {name: value for name, value in optional.items() if value is not None}


def _expanded_fields(vm: VM, remote: fluence.VM) -> dict[str, Any]:
    expanded = remote.expanded
    if expanded is None:
        return {}
    fields: dict[str, Any] = {
        "disks": [_disk(s) for s in (expanded.boot_disk, *expanded.data_disks) if s],
        "interfaces": [_interface(interface) for interface in expanded.network_interfaces],
        "ssh_keys": [key.name for key in expanded.ssh_keys],
        "public_ip": (expanded.public_ip.address or "") if expanded.public_ip else "",
    }
    if remote.price_hourly_usd is not None:
        fields["price_hour"] = _total_price(remote)
    image = expanded.boot_disk.image if expanded.boot_disk else None
    if image and not vm.image:
        fields["image"] = f"{image.distribution} {image.name}".strip()
        known = Image.objects.filter(id=image.id).first()
        fields["ssh_username"] = known.username if known else ""
    return fields


def _disk(disk: fluence.Storage) -> dict[str, Any]:
    return {
        "id": disk.id,
        "name": disk.name,
        "role": disk.role.upper() or "DATA",
        "volume_gb": disk.volume_gb,
        "storage_type": disk.storage_type,
        "replicated": disk.replicated,
        "status": disk.status,
        "price_hour": str(disk.price_hourly_usd) if disk.price_hourly_usd is not None else None,
    }


def _interface(interface: fluence.NetworkInterface) -> dict[str, Any]:
    return {
        "id": interface.id,
        "kind": "public" if interface.public_ip_id else "private",
        "default": interface.default,
        "security_group": interface.security_group or "",
    }


def _total_price(remote: fluence.VM) -> Decimal:
    expanded = remote.expanded
    parts: list[fluence.Storage | fluence.PublicIp | None] = (
        [expanded.boot_disk, *expanded.data_disks, expanded.public_ip] if expanded else []
    )
    extras = [part.price_hourly_usd for part in parts if part and part.price_hourly_usd]
    return (remote.price_hourly_usd or Decimal(0)) + sum(extras, Decimal(0))
