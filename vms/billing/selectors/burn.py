"""The one ledger of what runs: what an account burns per hour now.

Every figure of what runs, on every page, is this one or a named part of it. It is added up from
what Fluence last said of each VM, disk and address by itself, so that its parts add up to it to
the last digit. It is worked out once for each change of the mirror, and remembered in Valkey.
"""

from dataclasses import asdict, dataclass, field
from decimal import Decimal
from functools import lru_cache
from time import time
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, F, Q, QuerySet, Sum, Value

from controlpanel.teams.models import Team
from vms.core import resource_statuses, statuses
from vms.core.amounts import sum_exact
from vms.models import VM, Attachable, PublicIp, Storage, account_of

REMEMBERED_SECONDS = 600
# To be raised with any change of what is remembered.
FORMAT = 1
KINDS: tuple[type[Attachable], ...] = (Storage, PublicIp)
AMOUNTS = ("charged", "left_over", "attached", "pending")
COUNTS = ("unpriced", "left_over_count", "unchecked")


@dataclass(frozen=True, slots=True)
class Burn:
    """USD per hour, exact: of all that Fluence charges now, and of each part of it.

    `vms` are VMs alone; `disks` and `public_ips` are all of them, attached or free, and
    `left_over` is what of these no VM has. `unlisted` is what VMs say of disks and addresses that
    the key may not list, which `hides_free`. `pending` is asked for and not seen at Fluence yet: it
    is not in `total`. `unpriced` counts what is charged at a price that Fluence does not tell.
    """

    vms: Decimal = Decimal(0)
    disks: Decimal = Decimal(0)
    public_ips: Decimal = Decimal(0)
    left_over: Decimal = Decimal(0)
    unlisted: Decimal = Decimal(0)
    pending: Decimal = Decimal(0)
    unpriced: int = 0
    hides_free: bool = False
    # How many there are, from the same look: VMs by status, what is left over by its kind, and of
    # how many of these Fluence is still being asked.
    vm_counts: dict[str, int] = field(default_factory=dict)
    left_over_disks: int = 0
    left_over_public_ips: int = 0
    unchecked: int = 0

    @property
    def total(self) -> Decimal:
        return self.vms + self.disks + self.public_ips + self.unlisted

    @property
    def is_least(self) -> bool:
        """Whether more may be charged than can be told: without a price, or out of sight."""
        return bool(self.unpriced) or self.hides_free

    @property
    def has_left_over(self) -> bool:
        return bool(self.left_over_disks or self.left_over_public_ips)


def burn_of(team: Team) -> Burn:
    """Return what the team's account burns, as of `team.revision` or later."""
    account = account_of(team)
    resources = account.resources_revision if account else 0
    refused = set(account.refused_kinds) if account else set()
    asked = _Asked(
        team_id=team.pk,
        account_id=account.pk if account else None,
        revisions=(team.revision, resources),
        refused=tuple(sorted(refused & {Storage.TARGET_TYPE, PublicIp.TARGET_TYPE})),
        period=int(time() / REMEMBERED_SECONDS),
    )
    return _remembered(asked)


@dataclass(frozen=True, slots=True)
class _Asked:
    """Of whom, and as of when: what of the answer decides that it is the same."""

    team_id: UUID
    account_id: UUID | None
    revisions: tuple[int, int]
    refused: tuple[str, ...]
    period: int

    @property
    def key(self) -> str:
        names = ":".join(map(str, (*self.revisions, *self.refused)))
        return f"burn:{FORMAT}:{self.team_id}:{self.account_id}:{names}"


@lru_cache(maxsize=256)
def _remembered(asked: _Asked) -> Burn:
    """Keep what Valkey keeps at hand: one process answers many tabs of the same team."""
    kept: dict[str, Any] | None = cache.get(asked.key)
    if kept is not None:
        return Burn(**{name: _from_json(value) for name, value in kept.items()})
    burn = _added_up(asked)
    cache.set(asked.key, asdict(burn), REMEMBERED_SECONDS)
    return burn


def _from_json(value: object) -> Any:  # noqa: ANN401 - amounts are kept as text
    return Decimal(value) if isinstance(value, str) else value


def _added_up(asked: _Asked) -> Burn:
    vms = _of_vms(asked)
    disks, ips = _of_kinds(asked).values()
    told = disks["attached"] + ips["attached"]
    return Burn(
        vms=vms["vms"],
        disks=disks["charged"],
        public_ips=ips["charged"],
        left_over=disks["left_over"] + ips["left_over"],
        unlisted=max(vms["extras"] - told, Decimal(0)) if asked.refused else Decimal(0),
        pending=vms["pending"] + disks["pending"] + ips["pending"],
        unpriced=vms["unpriced"] + disks["unpriced"] + ips["unpriced"],
        hides_free=bool(asked.refused),
        vm_counts=vms["counts"],
        left_over_disks=disks["left_over_count"],
        left_over_public_ips=ips["left_over_count"],
        unchecked=disks["unchecked"] + ips["unchecked"],
    )


def _of_vms(asked: _Asked) -> dict[str, Any]:
    """Add up by columns of one index, which has the team's VMs by status."""
    ours = Q(account=asked.account_id) if asked.account_id else Q(pk__in=[])
    live = VM.objects.filter(team=asked.team_id, hidden_at__isnull=True)
    found = live.values_list("status").annotate(
        count=Count("*"),
        vms=Sum("price_vm_hour", filter=ours),
        extras=Sum(F("price_hour") - F("price_vm_hour"), filter=ours),
        unpriced=Count("status", filter=ours & Q(price_vm_hour=None)),
    )
    sums: dict[str, Any] = {"vms": Decimal(0), "extras": Decimal(0), "pending": Decimal(0)}
    sums |= {"unpriced": 0, "counts": {}}
    for status, count, alone, extras, unpriced in found:
        sums["counts"][status] = count
        if status == statuses.REQUESTED:
            sums["pending"] += sum_exact(alone)
        elif status not in statuses.UNCHARGED:
            sums["vms"] += sum_exact(alone)
            sums["extras"] += sum_exact(extras)
            sums["unpriced"] += unpriced
    return sums


def _of_kinds(asked: _Asked) -> dict[str, dict[str, Any]]:
    """Add up disks and addresses, both in one query: by kind and name."""
    found = _of_kind(Storage, asked).union(_of_kind(PublicIp, asked), all=True)
    sums = {kind: dict(zip((*AMOUNTS, *COUNTS), added, strict=True)) for kind, *added in found}
    nothing = dict.fromkeys((*AMOUNTS, *COUNTS), 0)
    of_kinds = {kind.TARGET_TYPE: sums.get(kind.TARGET_TYPE, nothing) for kind in KINDS}
    return {
        kind: values | {name: sum_exact(values[name]) for name in AMOUNTS}
        for kind, values in of_kinds.items()
    }


def _of_kind(kind: type[Attachable], asked: _Asked) -> "QuerySet[Any, tuple[Any, ...]]":
    rows = kind._default_manager.filter(account=asked.account_id, hidden_at__isnull=True)
    charged, left_over = kind.CHARGED, Q(is_left_over=True)
    of_all = rows.annotate(of=Value(kind.TARGET_TYPE)).values_list("of").order_by()
    return of_all.annotate(
        charged=Sum("price_hour", filter=charged),
        left_over=Sum("price_hour", filter=charged & left_over),
        attached=Sum("price_hour", filter=charged & ~left_over),
        pending=Sum("price_hour", filter=Q(status=resource_statuses.REQUESTED)),
        unpriced=Count("pk", filter=charged & Q(price_hour=None)),
        left_over_count=Count("pk", filter=left_over),
        unchecked=Count("pk", filter=left_over & Q(is_checked=False)),
    )
