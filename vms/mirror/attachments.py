"""Whose a disk or an address is, whose it was, and whether it is left over."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from vms.core import statuses
from vms.core.names import boot_disk_name, public_ip_name
from vms.core.resource_statuses import GOING
from vms.models import VM, Attachable, FluenceAccount, PublicIp, Storage

from .account import disks_being_made, public_ips_being_made
from .resource_fields import Mirrored, Remote, attached_to

NAMING = {Storage: boot_disk_name, PublicIp: public_ip_name}


@dataclass(frozen=True)
class Attachments:
    """What the mirror knows of the VMs that disks, or addresses, have and had.

    `vms` has pk and status of VMs by Fluence's id; `origins` the VM that each, by Fluence's id, is
    known to have belonged to; `held` those that a living VM has by what it last said itself.
    `awaited` are the names that VMs being made give to theirs.
    """

    vms: Mapping[str, tuple[UUID, str]]
    origins: Mapping[str, UUID]
    held: Mapping[str, str]
    awaited: Collection[str]
    # When the first whole reading of an account takes in what has been there since long.
    is_first: bool = False
    now: datetime = field(default_factory=timezone.now)

    def fields(self, row: Attachable, remote: Remote, plain: Mapping[str, Any]) -> dict[str, Any]:
        """Return the columns of a row that say whose it is; `plain` are its others."""
        attached = attached_to(remote) or self.held.get(remote.id, "")
        vm, status = self.vms.get(attached, (None, ""))
        origin = vm or row.origin_id or self.origins.get(remote.id)
        was_freed = bool(row.attached_to) and not attached
        since = row.free_since or (plain.get("created_at") if self.is_first else None) or self.now
        is_lingering = bool(attached) and status in statuses.ENDED
        free_since = None if attached else (self.now if was_freed else since)
        values: dict[str, Any] = {
            "attached_to": attached,
            "vm_id": vm,
            "origin_id": origin,
            "free_since": free_since,
            "is_checked": not is_lingering,
        }
        is_free = not attached and remote.name not in self.awaited
        is_sure = bool(origin) or row.is_left_over or self._is_long_ago(free_since)
        values["is_left_over"] = (is_lingering or (is_free and is_sure)) and _costs(plain)
        return values

    def _is_long_ago(self, free_since: datetime | None) -> bool:
        """Whether a VM that is being made elsewhere would have taken it by now."""
        grace = timedelta(seconds=settings.SETTLE_GRACE_SECONDS)
        return free_since is not None and self.now >= free_since + grace


def attachments_known(
    account: FluenceAccount,
    mirrored: Mirrored,
    rows: Mapping[str, Attachable],
    remotes: Collection[Remote],
    *,
    is_first: bool = False,
) -> Attachments:
    """Read what is known of the VMs of a chunk of disks or addresses."""
    free = [each for each in remotes if not attached_to(each)]
    fresh = [each for each in free if each.id not in rows]
    freed = [rows[each.id] for each in free if each.id in rows and rows[each.id].attached_to]
    origins, held = _of_fresh(account, mirrored, fresh)
    held |= _still_held(freed)
    ids = {attached_to(each) for each in remotes} | set(held.values())
    found = VM.objects.filter(account=account, remote_id__in=ids)
    return Attachments(
        vms={
            pk: (row, status)
            for pk, row, status in found.values_list("remote_id", "pk", "status")
            if pk
        },
        origins=origins,
        held=held,
        awaited=_awaited_names(account, mirrored) if free else (),
        is_first=is_first,
    )


def _costs(plain: Mapping[str, Any]) -> bool:
    """Whether it costs money, or nobody knows."""
    price = plain["price_hour"]
    return plain["status"] not in GOING and (price is None or price > 0)


def _awaited_names(account: FluenceAccount, mirrored: Mirrored) -> set[str]:
    being_made = disks_being_made if mirrored.model is Storage else public_ips_being_made
    return being_made(account)


def _still_held(freed: Iterable[Attachable]) -> dict[str, str]:
    """Return the disks that no VM has by Fluence's list, though a living VM has just named them."""
    disks = {row.remote_id: row for row in freed if isinstance(row, Storage)}
    vms = VM.objects.filter(pk__in=[row.vm_id for row in disks.values()])
    living = vms.exclude(status__in=statuses.ENDED).values_list("remote_id", "disks")
    return {
        disk["id"]: remote_id or ""
        for remote_id, of_vm in living
        for disk in of_vm
        if disk["id"] in disks
    }


def _of_fresh(
    account: FluenceAccount, mirrored: Mirrored, fresh: Collection[Remote]
) -> tuple[dict[str, UUID], dict[str, str]]:
    """Return the VM that each had, as far as the mirror knows, and the living VM that has it."""
    if not fresh:
        return {}, {}
    ids = {each.id for each in fresh}
    held: dict[str, str] = {}
    if mirrored.model is Storage:
        origins, held = vms_of_disks(account, ids)
    else:
        # A VM that goes on may have given its address up: none is held.
        origins = vms_of_ips(account, ids)
    by_name = _ended_by_name(account, mirrored, fresh)
    for each in fresh:
        if vm := by_name.get((each.name, each.cluster_id)):
            origins.setdefault(each.id, vm)
    return origins, held


def vms_of_disks(account: FluenceAccount, ids: set[str]) -> tuple[dict[str, UUID], dict[str, str]]:
    vms = VM.objects.filter(account=account).values_list("pk", "remote_id", "status", "disks")
    found = {
        disk["id"]: (pk, remote_id or "", status in statuses.ENDED)
        for pk, remote_id, status, disks in vms.order_by("created_at").iterator()
        for disk in disks
        if disk["id"] in ids
    }
    origins = {disk: pk for disk, (pk, _, _) in found.items()}
    return origins, {disk: vm for disk, (_, vm, is_ended) in found.items() if not is_ended}


def vms_of_ips(account: FluenceAccount, ids: Iterable[str]) -> dict[str, UUID]:
    """Return the last VM that had each address."""
    vms = VM.objects.filter(account=account, public_ip_remote_id__in=ids).order_by("created_at")
    return {ip: pk for pk, ip in vms.values_list("pk", "public_ip_remote_id")}


def _ended_by_name(
    account: FluenceAccount, mirrored: Mirrored, fresh: Iterable[Remote]
) -> dict[tuple[str, str], UUID]:
    """Return the last ended VM for each name and cluster, as the panel names what it makes."""
    naming = NAMING[mirrored.model]  # type: ignore[index]  # of attachables alone
    suffix = naming("")
    names = [each.name.removesuffix(suffix) for each in fresh if each.name.endswith(suffix)]
    ended = VM.objects.filter(account=account, name__in=names, status__in=statuses.ENDED)
    return {
        (naming(name), cluster_id): pk
        for pk, name, cluster_id in ended.order_by("created_at").values_list(
            "pk", "name", "cluster_id"
        )
    }
