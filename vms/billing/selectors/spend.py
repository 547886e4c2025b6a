"""What a month cost, day by day, and against the month before. All amounts are in USD."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import DateField, QuerySet, Sum, UUIDField
from django.utils import timezone

from controlpanel.lib.prepared import Given, PreparedQuery
from vms.billing.words import OTHERS
from vms.core.months import month_after, month_before
from vms.models import ChargeDay, FluenceAccount
from vms.models.billing import PUBLIC_IP_CHARGE, STORAGE_CHARGE, VM_CHARGE

# In this order from below; what else is charged is one part.
PARTS = (VM_CHARGE, STORAGE_CHARGE, PUBLIC_IP_CHARGE, OTHERS)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NOTHING = Decimal(0)

_FIRST_DAY = PreparedQuery(
    lambda: (
        ChargeDay.objects.filter(account=Given("account", UUIDField()))
        .order_by("day")
        .values_list("day", flat=True)[:1]
    )
)
# Amounts by day and part.
Amounts = Mapping[date, Mapping[str, Decimal]]


@dataclass(frozen=True, slots=True)
class SpentDay:
    """A day of UTC. `parts` are amounts in the order of `Spend.parts`.

    `is_so_far` while it may still grow; `is_read` unless it was still to come when last read.
    """

    day: date
    total: Decimal
    parts: list[Decimal]
    is_so_far: bool
    is_read: bool


@dataclass(frozen=True, slots=True)
class Spend:
    """A month. `parts` are those that cost anything in it, with their sums.

    `so_far` are the days that are complete, up to `complete_to`, and `same_days` as many of the
    month before; None unless the month is under way. `forecast` is for the whole month.
    """

    days: list[SpentDay]
    parts: list[tuple[str, Decimal]]
    total: Decimal
    total_before: Decimal
    complete_to: date | None
    so_far: Decimal | None
    same_days: Decimal | None
    forecast: Decimal | None


def days_charged(account: FluenceAccount) -> tuple[date, date]:
    """Return the first day that anything was charged on, and the present day, both of UTC."""
    now = timezone.now()
    today = max(now, account.charges_read_at or now).astimezone(UTC).date()
    first = _FIRST_DAY(account=account.pk)
    return first[0] if first else today, today


def spend_of(account: FluenceAccount, month: date, *, burn_hour: Decimal | None = None) -> Spend:
    """Return what a month cost. `burn_hour` is what all costs per hour now, for the forecast."""
    before, after = month_before(month), month_after(month)
    amounts = _amounts(account, before, after)
    read_at = account.charges_read_at.astimezone(UTC) if account.charges_read_at else None
    totals = {day: sum(parts.values(), NOTHING) for day, parts in amounts.items()}
    total = _between(totals, month, after)
    sums = {part: _between_part(amounts, part, month, after) for part in PARTS}
    shown = [part for part in PARTS if any(amounts[day][part] for day in _days(month, after))]
    is_under_way = read_at is not None and month <= read_at.date() < after
    complete = read_at.date() if is_under_way and read_at and read_at.day > 1 else None
    same = min(before + (complete - month), month) if complete else None
    return Spend(
        days=[_day(day, amounts[day], shown, read_at) for day in _days(month, after)],
        parts=[(part, sums[part]) for part in shown],
        total=total,
        total_before=_between(totals, before, month),
        complete_to=complete - DAY if complete else None,
        so_far=_between(totals, month, complete) if complete else None,
        same_days=_between(totals, before, same) if same else None,
        forecast=_forecast(total, burn_hour, read_at, after) if is_under_way else None,
    )


def _amounts(account: FluenceAccount, start: date, end: date) -> Amounts:
    amounts: dict[date, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(PARTS, NOTHING))
    for day, kind, cost in _ADDED_UP(account=account.pk, start=start, end=end):
        amounts[day][kind if kind in PARTS else OTHERS] += cost
    return amounts


def _added_up() -> "QuerySet[Any, tuple[date, str, Decimal]]":
    account: Any = Given("account", UUIDField())
    start, end = Given("start", DateField()), Given("end", DateField())
    rows = ChargeDay.objects.filter(account=account, day__gte=start, day__lt=end)
    return rows.values_list("day", "resource_type").annotate(Sum("cost")).order_by()


_ADDED_UP = PreparedQuery(_added_up)


def _days(start: date, end: date) -> list[date]:
    return [start + DAY * number for number in range((end - start).days)]


def _between(totals: Mapping[date, Decimal], start: date, end: date) -> Decimal:
    return sum((total for day, total in totals.items() if start <= day < end), NOTHING)


def _between_part(amounts: Amounts, part: str, start: date, end: date) -> Decimal:
    return _between({day: parts[part] for day, parts in amounts.items()}, start, end)


def _day(
    day: date, amounts: Mapping[str, Decimal], parts: list[str], read_at: datetime | None
) -> SpentDay:
    return SpentDay(
        day=day,
        total=sum(amounts.values(), NOTHING),
        parts=[amounts[part] for part in parts],
        is_so_far=read_at is not None and day == read_at.date(),
        is_read=read_at is not None and day <= read_at.date(),
    )


def _forecast(
    total: Decimal, burn_hour: Decimal | None, read_at: datetime | None, end: date
) -> Decimal | None:
    """Add to what was charged what the hours that have not begun yet will cost at this rate."""
    if burn_hour is None or read_at is None:
        return None
    left = datetime(end.year, end.month, 1, tzinfo=UTC) - read_at
    return total + burn_hour * (left // HOUR)
