"""What pages read of what is left over: disks and public IPs that no VM has."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from controlpanel.teams.models import FluenceAccount

from .models import VM, LeftOver, Operation

PAGE = 50


@dataclass(frozen=True, slots=True)
class LeftOverTotals:
    """Counts, and USD per hour of those whose price is known."""

    disks: int
    public_ips: int
    unpriced: int
    price_hour: Decimal

    @property
    def count(self) -> int:
        return self.disks + self.public_ips


def left_over_totals(team_id: UUID) -> LeftOverTotals:
    sums = LeftOver.objects.filter(account__team_id=team_id, is_listed=True).aggregate(
        disks=Count("pk", filter=Q(kind=LeftOver.Kind.DISK)),
        public_ips=Count("pk", filter=Q(kind=LeftOver.Kind.PUBLIC_IP)),
        unpriced=Count("pk", filter=Q(price_hour=None)),
        price_hour=Sum("price_hour"),
    )
    return LeftOverTotals(**sums | {"price_hour": sums["price_hour"] or Decimal(0)})


def left_over_page(account: FluenceAccount, number: str) -> Page[LeftOver]:
    """Return a page, the dearest first; the first for a number that makes no sense.

    Each row's VM is loaded, and `terminated_by`: the person who terminated it in the panel.
    """
    terminates = Operation.objects.filter(
        vm=OuterRef("vm"), kind=Operation.Kind.VM_TERMINATE, state=Operation.State.SUCCEEDED
    ).order_by("-finished_at")
    rows: QuerySet[LeftOver] = (
        LeftOver.objects.filter(account=account, is_listed=True)
        .select_related("cluster__datacenter", "vm")
        .annotate(terminated_by=Subquery(terminates.values("actor_data__name")[:1]))
    )
    return Paginator(rows, PAGE).get_page(number)


@dataclass(frozen=True, slots=True)
class Remains:
    """What of an ended VM goes on costing money; `is_known` once it was looked for since."""

    rows: list[LeftOver]
    is_known: bool


def remains_of(vm: VM, account: FluenceAccount | None) -> Remains:
    """Return what is left of an ended VM, listed or not: nobody takes its disks up again."""
    rows = list(LeftOver.objects.filter(vm=vm, account=account)) if account else []
    return Remains(rows=rows, is_known=bool(rows) or _was_read_since(vm.terminated_at, account))


def _was_read_since(ended_at: datetime | None, account: FluenceAccount | None) -> bool:
    if not account or not ended_at or not account.disks_read_at or not account.public_ips_read_at:
        return False
    return min(account.disks_read_at, account.public_ips_read_at) > ended_at
