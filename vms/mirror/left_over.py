"""Mirroring what is left over: the disks and public IPs that no VM has, and that cost money.

Read at the end of each reconcile, so that the VMs that had them are mirrored by then.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from vms.core import statuses
from vms.core.fitting import fitting
from vms.core.names import boot_disk_name, public_ip_name
from vms.core.revisions import revision_raise
from vms.models import VM, FluenceAccount, LeftOver

from .account import account_lock, names_being_made
from .catalogue_rows import cluster_rows_ensure
from .fields import amount_fitting
from .reading import Reading

Kind = LeftOver.Kind
GOING = ("removing", "removed")
READ_AT = {Kind.DISK: "disks_read_at", Kind.PUBLIC_IP: "public_ips_read_at"}
NAMING = {Kind.DISK: boot_disk_name, Kind.PUBLIC_IP: public_ip_name}
REMOTE = {Kind.DISK: fluence.Storage, Kind.PUBLIC_IP: fluence.PublicIp}
MIRRORED = ("name", "price_hour", "volume_gb", "address")
# A key without the scope, or an older server without the endpoint: nothing can be told.
UNREADABLE = (fluence.Forbidden, fluence.NotFound)


def left_overs_read(reading: Reading) -> None:
    """Mirror what no VM has. A key whose scopes leave it out is no failure."""
    found = {
        Kind.DISK: _if_readable(_disks, reading),
        Kind.PUBLIC_IP: _if_readable(_public_ips, reading),
    }
    _mirror(reading, found)


def _if_readable(
    read: Callable[[Reading], list[LeftOver]], reading: Reading
) -> list[LeftOver] | None:
    try:
        return read(reading)
    except UNREADABLE:
        return None


def _disks(reading: Reading) -> list[LeftOver]:
    disks = reading.client.storages.iterate(exclude_attached=True, exclude_status=GOING)
    return [
        LeftOver(
            **_common(reading.account, Kind.DISK, disk),
            role=fitting(LeftOver, "role", disk.role.upper()),
            volume_gb=disk.volume_gb,
            storage_type=fitting(LeftOver, "storage_type", disk.storage_type),
            replicated=disk.replicated,
        )
        for disk in disks
        if not disk.attached_to and _costs(disk.price_hourly_usd)
    ]


def _public_ips(reading: Reading) -> list[LeftOver]:
    ips = reading.client.public_ips.iterate(exclude_attached=True, exclude_status=GOING)
    return [
        LeftOver(
            **_common(reading.account, Kind.PUBLIC_IP, ip),
            address=fitting(LeftOver, "address", ip.address or ""),
        )
        for ip in ips
        if not ip.attached_to and _costs(ip.price_hourly_usd)
    ]


def _costs(price: Decimal | None) -> bool:
    """Whether it costs money, or nobody knows."""
    return price is None or price > 0


def _common(
    account: FluenceAccount, kind: LeftOver.Kind, remote: fluence.Storage | fluence.PublicIp
) -> dict[str, object]:
    return {
        "account": account,
        "kind": kind,
        "remote_id": remote.id,
        "name": fitting(LeftOver, "name", remote.name),
        "cluster_id": remote.cluster_id,
        "price_hour": amount_fitting(remote.price_hourly_usd),
        "created_at": remote.created_at or timezone.now(),
    }


@transaction.atomic
def _mirror(reading: Reading, found: dict[LeftOver.Kind, list[LeftOver] | None]) -> None:
    """Make, change and delete rows until they are as found; a list that the key may not read is
    forgotten.
    """
    account = reading.account
    if not account_lock(account):
        return
    now = timezone.now()
    known = list(LeftOver.objects.filter(account=account))
    noted: dict[str, object] = {}
    is_changed = False
    for kind, rows in found.items():
        rows_known = {row.remote_id: row for row in known if row.kind == kind}
        ids = [row.remote_id for row in rows or []]
        gone = reading.gone(REMOTE[kind], rows_known, ids)
        is_changed |= _mirror_kind(account, kind, rows or [], rows_known, now, gone=gone)
        noted[READ_AT[kind]] = None if rows is None else now
    if is_changed:
        noted["left_over_revision"] = revision_raise(account.team_id)
    FluenceAccount.objects.filter(pk=account.pk).update(**noted)


def _mirror_kind(
    account: FluenceAccount,
    kind: LeftOver.Kind,
    found: list[LeftOver],
    known: dict[str, LeftOver],
    now: datetime,
    *,
    gone: Collection[str],
) -> bool:
    """Mirror the disks, or the addresses; tell whether anything changed."""
    awaited = _awaited_names(account, kind) if found else set()
    seen = [(known[row.remote_id], row) for row in found if row.remote_id in known]
    changed = [row for row, remote in seen if _take_over(row, remote, now, awaited)]
    fresh = [row for row in found if row.remote_id not in known and row.name not in awaited]
    fresh = _with_origins(account, kind, fresh)
    is_first = getattr(account, READ_AT[kind]) is None
    for row in fresh:
        # Whatever was there before the account was connected has been left over since long.
        row.free_since = row.created_at if is_first else now
        row.is_listed = _grace_is_over(row, now)
    _write(account, kind, gone=gone, changed=changed, fresh=fresh)
    return bool(gone or changed or fresh)


def _write(
    account: FluenceAccount,
    kind: LeftOver.Kind,
    *,
    gone: Collection[str],
    changed: list[LeftOver],
    fresh: list[LeftOver],
) -> None:
    if gone:
        LeftOver.objects.filter(account=account, kind=kind, remote_id__in=gone).delete()
    LeftOver.objects.bulk_update(changed, [*MIRRORED, "is_listed"], batch_size=500)
    if fresh:
        cluster_rows_ensure({row.cluster_id for row in fresh})
        LeftOver.objects.bulk_create(fresh, batch_size=500)


def _take_over(row: LeftOver, remote: LeftOver, now: datetime, awaited: Collection[str]) -> bool:
    """Copy what Fluence says now, and list the row once its time has come; tell if it changed."""
    before = [getattr(row, name) for name in (*MIRRORED, "is_listed")]
    for name in MIRRORED:
        setattr(row, name, getattr(remote, name))
    row.is_listed = row.is_listed or (row.name not in awaited and _grace_is_over(row, now))
    return before != [getattr(row, name) for name in (*MIRRORED, "is_listed")]


def _grace_is_over(row: LeftOver, now: datetime) -> bool:
    return now >= row.free_since + timedelta(seconds=settings.SETTLE_GRACE_SECONDS)


def _awaited_names(account: FluenceAccount, kind: LeftOver.Kind) -> set[str]:
    """Return what the VMs that are being made call their disks and addresses."""
    return {NAMING[kind](name) for name in names_being_made(account)}


def _with_origins(
    account: FluenceAccount, kind: LeftOver.Kind, rows: list[LeftOver]
) -> list[LeftOver]:
    """Name the VM that each came from, if it is known; drop what a VM has by the mirror."""
    if not rows:
        return []
    ids = {row.remote_id for row in rows}
    if kind == Kind.DISK:
        origins, held = _vms_of_disks(account, ids)
    else:
        # A VM that goes on may have given its address up: none is held.
        origins, held = _vms_of_ips(account, ids), set()
    by_name = _ended_by_name(account, kind, [row for row in rows if row.remote_id not in origins])
    for row in rows:
        row.vm_id = origins.get(row.remote_id) or by_name.get((row.name, row.cluster_id))
    return [row for row in rows if row.remote_id not in held]


def _vms_of_disks(account: FluenceAccount, ids: set[str]) -> tuple[dict[str, UUID], set[str]]:
    """Return the VM that each disk belongs or belonged to by the mirror, and the disks whose VM
    has not ended.
    """
    vms = VM.objects.filter(account=account).values_list("pk", "status", "disks")
    found = {
        disk["id"]: (pk, status in statuses.ENDED)
        for pk, status, disks in vms.order_by("created_at").iterator()
        for disk in disks
        if disk["id"] in ids
    }
    origins = {disk: pk for disk, (pk, _) in found.items()}
    return origins, {disk for disk, (_, is_ended) in found.items() if not is_ended}


def _vms_of_ips(account: FluenceAccount, ids: Iterable[str]) -> dict[str, UUID]:
    """Return the last VM that had each address."""
    vms = VM.objects.filter(account=account, public_ip_remote_id__in=ids).order_by("created_at")
    return {ip: pk for pk, ip in vms.values_list("pk", "public_ip_remote_id")}


def _ended_by_name(
    account: FluenceAccount, kind: LeftOver.Kind, rows: list[LeftOver]
) -> dict[tuple[str, str], UUID]:
    """Return the last ended VM for each name and cluster, as the panel names what it makes."""
    suffix = NAMING[kind]("")
    names = [row.name.removesuffix(suffix) for row in rows if row.name.endswith(suffix)]
    ended = VM.objects.filter(account=account, name__in=names, status__in=statuses.ENDED)
    return {
        (NAMING[kind](name), cluster_id): pk
        for pk, name, cluster_id in ended.order_by("created_at").values_list(
            "pk", "name", "cluster_id"
        )
    }
