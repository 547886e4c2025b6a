"""What of disks and addresses a VM of a place can be given, and which names are taken."""

from collections.abc import Collection
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db.models import CharField, F, QuerySet, UUIDField, Value
from django.db.models.functions import Cast, Lower

from controlpanel.lib.prepared import Given, PreparedQuery
from vms.core import facts
from vms.core.names import CANDIDATES
from vms.core.resource_statuses import READY
from vms.models import VM, FluenceAccount, PublicIp, Storage
from vms.models.storage import BOOT

# Of what there is to choose from the form offers so many.
MOST = 100
_IP, _NAME = "public_ip", "name"


class FreePart(NamedTuple):
    """A disk or an address that no VM has. `text` is a disk's type, or the address.

    `kind` is a disk's role, or "public_ip"; `price_hour` is in USD, None where it is not known.
    """

    kind: str
    pk: UUID
    name: str
    remote_id: str
    volume_gb: int
    text: str
    image: str
    price_hour: Decimal | None

    @property
    def what(self) -> str:
        is_ip = self.kind == _IP
        return facts.public_ip_what() if is_ip else facts.disk_what(is_boot_disk=self.kind == BOOT)

    @property
    def detail(self) -> str:
        is_ip = self.kind == _IP
        return self.text if is_ip else facts.disk_detail(self.volume_gb, self.text)


@dataclass(frozen=True, slots=True)
class Free:
    """What no VM has, by name."""

    boot_disks: list[FreePart] = field(default_factory=list)
    data_disks: list[FreePart] = field(default_factory=list)
    public_ips: list[FreePart] = field(default_factory=list)


def free_and_taken(
    account: FluenceAccount | None, cluster_id: str, names: Collection[str]
) -> tuple[Free, set[str]]:
    """Return what is free in a place, and which of the names VMs of the account have.

    In one query: the form has eight, and this would be three of them.
    """
    asked = dict(zip(_NAMES, names, strict=True))
    rows = _FREE_AND_TAKEN(account=account.pk if account else None, cluster=cluster_id, **asked)
    free, taken = Free(), set[str]()
    parts = {_IP: free.public_ips, BOOT: free.boot_disks}
    for row in rows:
        if row[0] == _NAME:
            taken.add(row[2].lower())
        else:
            parts.get(row[0], free.data_disks).append(FreePart(*row))
    for part in (free.boot_disks, free.data_disks, free.public_ips):
        part.sort(key=lambda each: each.name)
    return free, taken


_NAMES = [f"name_{number}" for number in range(CANDIDATES)]


def _free_and_taken() -> "QuerySet[Any, tuple[Any, ...]]":
    account: Any = Given("account", UUIDField())
    unused = {
        "account": account,
        "cluster": Given("cluster", CharField()),
        "attached_to": "",
        "status": READY,
        "hidden_at": None,
    }
    columns = ("kind", "pk", "name", "remote_id", "volume", "text", "of_image", "price_hour")
    disks = Storage.objects.filter(**unused).annotate(
        kind=F("role"), volume=F("volume_gb"), text=F("storage_type"), of_image=F("image")
    )
    ips = PublicIp.objects.filter(**unused).annotate(
        kind=_text(_IP), volume=Value(0), text=F("address"), of_image=_text("")
    )
    lowered = [Given(name, CharField()) for name in _NAMES]
    vms = VM.objects.filter(account=account).annotate(lowered=Lower("name"))
    named = vms.filter(lowered__in=lowered).annotate(
        kind=_text(_NAME), volume=Value(0), text=_text(""), of_image=_text("")
    )
    rows = named.values_list(*columns).union(
        disks.values_list(*columns), ips.values_list(*columns), all=True
    )
    return rows[: MOST + CANDIDATES]


_FREE_AND_TAKEN = PreparedQuery(_free_and_taken)


def _text(value: str) -> Cast:
    return Cast(Value(value), CharField(max_length=40))
