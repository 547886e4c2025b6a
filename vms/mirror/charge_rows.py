"""Writing the charges of a range of days, and the sums of them that pages read."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Sum

from controlpanel import fluence
from vms.core.amounts import FINEST_AMOUNT
from vms.core.fitting import fitting
from vms.core.months import month_of
from vms.models import Charge, ChargeDay, FluenceAccount

from .account import account_lock
from .charge_months import month_sum
from .tables import rows_delete, rows_write

KEY = ("account_id", "day", "resource_id", "quantity")


def charges_write(
    account: FluenceAccount,
    start: date,
    end: date,
    charges: Iterable[fluence.Charge],
    *,
    is_whole: bool,
) -> None:
    """Put the charges of a range of days, within one month, in place of what is mirrored of it.

    If they are not whole, all that is mirrored stays beside them: any of it may be what could not
    be read.
    """
    rows = _merged(account, charges)
    with transaction.atomic():
        if account_lock(account):
            _days_write(account, start, end, rows, is_whole=is_whole)
            _days_sum(account, start, end)
            month_sum(account, month_of(start), rows)


def _days_write(
    account: FluenceAccount, start: date, end: date, rows: Sequence[Charge], *, is_whole: bool
) -> None:
    found = Charge.objects.filter(account=account, day__range=(start, end))
    stored = {_key(row): row for row in found}
    if is_whole:
        there = {_key(row) for row in rows}
        rows_delete(Charge, [row.pk for key, row in stored.items() if key not in there])
    pairs = [(row, stored.get(_key(row))) for row in rows]
    rows_write(
        Charge, pairs, KEY, ("resource_type", "name", "cluster_id", "detail", "hours", "cost")
    )


def _key(row: Charge) -> tuple[date, str, Decimal]:
    return row.day, row.resource_id, row.quantity


def _merged(account: FluenceAccount, charges: Iterable[fluence.Charge]) -> list[Charge]:
    """Return one row for each day, thing and size, however many Fluence gives, oldest first."""
    rows: dict[tuple[date, str, Decimal], Charge] = {}
    for charge in sorted(charges, key=_day):
        row = _row(account, charge)
        if before := rows.get(_key(row)):
            row.hours += before.hours
            row.cost += before.cost
        rows[_key(row)] = row
    return list(rows.values())


def _day(charge: fluence.Charge) -> date:
    assert charge.period_start  # noqa: S101 - those without are left out before
    return charge.period_start.date()


def _row(account: FluenceAccount, charge: fluence.Charge) -> Charge:
    kind = fitting(Charge, "resource_type", charge.resource_type or "")
    detail = charge.vm_configuration or charge.storage_type or charge.ip_address_type or ""
    return Charge(
        account=account,
        day=_day(charge),
        # What is charged without being any thing is one of its kind.
        resource_id=fitting(Charge, "resource_id", charge.resource_id or kind),
        resource_type=kind,
        name=fitting(Charge, "name", charge.resource_name or ""),
        cluster_id=fitting(Charge, "cluster_id", charge.cluster_id or ""),
        detail=fitting(Charge, "detail", detail),
        quantity=(charge.quantity or Decimal(0)).quantize(FINEST_AMOUNT),
        hours=charge.total_usage_hours.quantize(FINEST_AMOUNT),
        cost=charge.total_cost.quantize(FINEST_AMOUNT),
    )


def _days_sum(account: FluenceAccount, start: date, end: date) -> None:
    of_days = {"account": account, "day__range": (start, end)}
    ChargeDay.objects.filter(**of_days).delete()
    sums = Charge.objects.filter(**of_days).values_list("day", "resource_type", "cluster_id")
    ChargeDay.objects.bulk_create(
        ChargeDay(account=account, day=day, resource_type=kind, cluster_id=cluster, cost=cost)
        for day, kind, cluster, cost in sums.annotate(Sum("cost")).order_by()
    )
