"""How many disks and addresses an account has, and what they cost: counted once for each change."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum

from vms.core.amounts import sum_exact
from vms.models import Attachable, FluenceAccount

REMEMBERED_SECONDS = 600
# To be raised with any change of what is remembered.
FORMAT = 2


@dataclass(frozen=True, slots=True)
class ResourceTotals:
    """Counts, and USD per hour of those whose price is known.

    `left_over` are those that no VM has; `unchecked` of them, whose VM has just ended.
    """

    count: int
    price_hour: Decimal
    unpriced: int
    attached: int
    left_over: int
    left_over_hour: Decimal
    left_over_unpriced: int
    unchecked: int


def resource_totals(model: type[Attachable], account: FluenceAccount) -> ResourceTotals:
    """Return the totals as of `account.resources_revision` or later."""
    key = f"resources:{FORMAT}:{model.TARGET_TYPE}:{account.pk}:{account.resources_revision}"
    kept: dict[str, Any] | None = cache.get(key)
    if kept is None:
        kept = _counted(model, account.pk)
        cache.set(key, kept, REMEMBERED_SECONDS)
    amounts = {name: Decimal(kept[name]) for name in ("price_hour", "left_over_hour")}
    return ResourceTotals(**kept | amounts)


def _counted(model: type[Attachable], account_id: UUID) -> dict[str, Any]:
    left_over, charged = Q(is_left_over=True), model.CHARGED
    unpriced = charged & Q(price_hour=None)
    sums = model._default_manager.filter(account=account_id, remote_id__isnull=False).aggregate(
        count=Count("pk"),
        unpriced=Count("pk", filter=unpriced),
        attached=Count("pk", filter=~Q(attached_to="") & Q(is_checked=True)),
        left_over=Count("pk", filter=left_over),
        left_over_hour=Sum("price_hour", filter=left_over & charged),
        left_over_unpriced=Count("pk", filter=left_over & unpriced),
        unchecked=Count("pk", filter=left_over & Q(is_checked=False)),
        price_hour=Sum("price_hour", filter=charged),
    )
    amounts = {name: str(sum_exact(sums[name])) for name in ("price_hour", "left_over_hour")}
    return sums | amounts
