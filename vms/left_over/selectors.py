"""What pages read of what is left over: disks and public IPs that no VM has."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum

from controlpanel.audit.actions import Action
from vms.models import VM, FluenceAccount, LeftOver, Operation
from vms.models.operation import as_target_id
from vms.models.vm import TARGET_TYPE

PAGE = 50
ROW_FIELDS = (
    *("kind", "remote_id", "name", "price_hour", "created_at", "role", "volume_gb"),
    *("storage_type", "replicated", "address", "vm__name", "vm__status", "vm__terminated_at"),
    *("cluster__name", "cluster__datacenter__city", "cluster__datacenter__country_code"),
)


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


@dataclass(frozen=True, slots=True)
class LeftOverPage:
    """One page, the dearest first. `previous` and `next` are numbers, 0 where there is none.

    Each row's VM is loaded, and `terminated_by`: the person who terminated it in the panel.
    """

    rows: list[LeftOver]
    number: int
    next: int

    @property
    def previous(self) -> int:
        return self.number - 1


def left_over_page(account: FluenceAccount, number: int) -> LeftOverPage:
    """Return a page, counted from 1; the first if there is no such page."""
    start = (number - 1) * PAGE
    listed = LeftOver.objects.filter(account=account, is_listed=True)
    # Sorted by what is narrow, and read whole only for the page.
    ids = list(listed.values_list("pk", flat=True)[start : start + PAGE + 1])
    if not ids and number > 1:
        return left_over_page(account, 1)
    rows = list(_with_origin(LeftOver.objects.filter(pk__in=ids[:PAGE])))
    return LeftOverPage(rows=rows, number=number, next=number + 1 if len(ids) > PAGE else 0)


def _with_origin(rows: QuerySet[LeftOver]) -> QuerySet[LeftOver]:
    terminates = Operation.objects.filter(
        target_type=TARGET_TYPE,
        target_id=as_target_id(OuterRef("vm_id")),
        kind=Action.VM_TERMINATE,
        state=Operation.State.SUCCEEDED,
    ).order_by("-finished_at")
    by = Subquery(terminates.values("actor_data__name")[:1])
    rows = rows.annotate(terminated_by=by)
    return rows.select_related("cluster__datacenter", "vm").only(*ROW_FIELDS)


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
