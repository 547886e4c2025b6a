"""How many disks and addresses an account has, and what they cost: counted once for each change."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Q, Sum

from vms.models import Attachable, FluenceAccount, PublicIp, Storage

REMEMBERED_SECONDS = 600
# To be raised with any change of what is remembered.
FORMAT = 1


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


@dataclass(frozen=True, slots=True)
class LeftOverTotals:
    """What of all kinds is left over: counts, and USD per hour of those whose price is known."""

    disks: int
    public_ips: int
    unpriced: int
    unchecked: int
    price_hour: Decimal

    @property
    def count(self) -> int:
        return self.disks + self.public_ips


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
    left_over, unpriced = Q(is_left_over=True), Q(price_hour=None)
    sums = model._default_manager.filter(account=account_id, remote_id__isnull=False).aggregate(
        count=Count("pk"),
        unpriced=Count("pk", filter=unpriced),
        attached=Count("pk", filter=~Q(attached_to="") & Q(is_checked=True)),
        left_over=Count("pk", filter=left_over),
        left_over_hour=Sum("price_hour", filter=left_over),
        left_over_unpriced=Count("pk", filter=left_over & unpriced),
        unchecked=Count("pk", filter=left_over & Q(is_checked=False)),
        price_hour=Sum("price_hour"),
    )
    amounts = {name: str(sums[name] or 0) for name in ("price_hour", "left_over_hour")}
    return sums | amounts


def left_over_totals(team_id: UUID) -> LeftOverTotals:
    """Count what is left over: from an index that has nothing else."""
    sums = {
        model: model.objects.filter(account__team_id=team_id, is_left_over=True).aggregate(
            count=Count("pk"),
            unpriced=Count("pk", filter=Q(price_hour=None)),
            unchecked=Count("pk", filter=Q(is_checked=False)),
            price_hour=Sum("price_hour"),
        )
        for model in (Storage, PublicIp)
    }
    return LeftOverTotals(
        disks=sums[Storage]["count"],
        public_ips=sums[PublicIp]["count"],
        unpriced=sum(each["unpriced"] for each in sums.values()),
        unchecked=sum(each["unchecked"] for each in sums.values()),
        price_hour=sum((each["price_hour"] or Decimal(0) for each in sums.values()), Decimal(0)),
    )
