"""What of disks and addresses a VM of a place can be given, and which names are taken."""

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from django.db.models import CharField, F, Value
from django.db.models.functions import Cast, Lower

from vms.core.resource_statuses import READY
from vms.models import VM, FluenceAccount, PublicIp, Storage
from vms.models.storage import BOOT

# Of what there is to choose from the form offers so many.
MOST = 100
_IP, _NAME = "public_ip", "name"


@dataclass(frozen=True, slots=True)
class Free:
    """Rows of what no VM has, by name."""

    boot_disks: list[Storage] = field(default_factory=list)
    data_disks: list[Storage] = field(default_factory=list)
    public_ips: list[PublicIp] = field(default_factory=list)


def free_and_taken(
    account: FluenceAccount | None, cluster_id: str, names: Collection[str]
) -> tuple[Free, set[str]]:
    """Return what is free in a place, and which of the names VMs of the account have.

    In one query: the form has eight, and this would be three of them.
    """
    free, taken = Free(), set[str]()
    pk = account.pk if account else None
    unused = {
        "account": pk,
        "cluster": cluster_id,
        "attached_to": "",
        "status": READY,
        "hidden_at": None,
    }
    columns = ("kind", "pk", "name", "remote_id", "volume", "more", "price_hour")
    disks = Storage.objects.filter(**unused).annotate(
        kind=F("role"), volume=F("volume_gb"), more=F("storage_type")
    )
    ips = PublicIp.objects.filter(**unused).annotate(
        kind=_text(_IP), volume=Value(0), more=F("address")
    )
    vms = VM.objects.filter(account=pk).annotate(lowered=Lower("name")).filter(lowered__in=names)
    named = vms.annotate(kind=_text(_NAME), volume=Value(0), more=_text(""))
    rows = named.values_list(*columns).union(
        disks.values_list(*columns), ips.values_list(*columns), all=True
    )
    for row in rows[: MOST + len(names)]:
        _sort_in(row, cluster_id, free, taken)
    for part in (free.boot_disks, free.data_disks, free.public_ips):
        part.sort(key=lambda each: each.name)
    return free, taken


def _sort_in(row: tuple[Any, ...], cluster_id: str, free: Free, taken: set[str]) -> None:
    kind, pk, name, remote_id, size, more, price_hour = row
    known = {
        "pk": pk,
        "name": name,
        "remote_id": remote_id,
        "cluster_id": cluster_id,
        "price_hour": price_hour,
        "status": READY,
    }
    if kind == _NAME:
        taken.add(name.lower())
    elif kind == _IP:
        free.public_ips.append(PublicIp(address=more, **known))
    else:
        disk = Storage(role=kind, volume_gb=size, storage_type=more, **known)
        (free.boot_disks if kind == BOOT else free.data_disks).append(disk)


def _text(value: str) -> Cast:
    return Cast(Value(value), CharField(max_length=40))
