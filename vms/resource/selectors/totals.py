"""How many disks and addresses an account has, and what they cost: added up once for each change.

The ledger's parts (`vms.billing.selectors.burn`) and the sums above the lists are these.
"""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, Q, QuerySet, Sum, Value

from controlpanel.lib.remembered import remembered
from vms.core import resource_statuses
from vms.core.amounts import sum_exact
from vms.models import Attachable, FluenceAccount, PublicIp, Storage

AMOUNTS = ("price_hour", "left_over_hour", "pending_hour")
COUNTS = ("count", "unpriced", "attached", "left_over", "left_over_unpriced", "unchecked")


@dataclass(frozen=True, slots=True)
class ResourceTotals:
    """Counts, and USD per hour of those that are charged and whose price is known.

    `left_over` are those that no VM has; `unchecked` of them, whose VM has just ended.
    `pending_hour` is of what is asked for and not seen at Fluence yet: it is in no other sum.
    """

    price_hour: Decimal = Decimal(0)
    left_over_hour: Decimal = Decimal(0)
    pending_hour: Decimal = Decimal(0)
    count: int = 0
    unpriced: int = 0
    attached: int = 0
    left_over: int = 0
    left_over_unpriced: int = 0
    unchecked: int = 0

    @property
    def attached_hour(self) -> Decimal:
        return self.price_hour - self.left_over_hour


Totals = dict[type[Attachable], ResourceTotals]


def resource_totals(account: FluenceAccount) -> Totals:
    """Return the totals of each kind, as of `account.resources_revision` or later."""
    kept = _added_up(account.pk, account.resources_revision)
    return {kind: _from_json(kept.get(kind.TARGET_TYPE, {})) for kind in (Storage, PublicIp)}


def _from_json(kept: dict[str, Any]) -> ResourceTotals:
    """Read totals as they are remembered: amounts as text."""
    return ResourceTotals(**kept | {name: Decimal(kept[name]) for name in AMOUNTS if name in kept})


@remembered("resources:3")
def _added_up(account_id: UUID, _revision: int) -> dict[str, dict[str, Any]]:
    """Return them by the kind's name, both in one query; a kind without rows is not there."""
    found = _of_kind(Storage, account_id).union(_of_kind(PublicIp, account_id), all=True)
    names = (*AMOUNTS, *COUNTS)
    sums = {kind: dict(zip(names, added, strict=True)) for kind, *added in found}
    return {
        kind: of | {name: str(sum_exact(of[name])) for name in AMOUNTS} for kind, of in sums.items()
    }


def _of_kind(kind: type[Attachable], account_id: UUID) -> "QuerySet[Any, tuple[Any, ...]]":
    made, charged, left_over = Q(remote_id__isnull=False), kind.CHARGED, Q(is_left_over=True)
    unpriced = charged & Q(price_hour=None)
    rows = kind._default_manager.filter(account=account_id, hidden_at__isnull=True)
    of_all = rows.annotate(of=Value(kind.TARGET_TYPE)).values_list("of").order_by()
    return of_all.annotate(
        price_hours=Sum("price_hour", filter=charged),
        left_over_hour=Sum("price_hour", filter=charged & left_over),
        pending_hour=Sum("price_hour", filter=Q(status=resource_statuses.REQUESTED)),
        count=Count("pk", filter=made),
        unpriced=Count("pk", filter=unpriced),
        attached=Count("pk", filter=made & ~Q(attached_to="") & Q(is_checked=True)),
        left_over=Count("pk", filter=left_over),
        left_over_unpriced=Count("pk", filter=left_over & unpriced),
        unchecked=Count("pk", filter=left_over & Q(is_checked=False)),
    )
