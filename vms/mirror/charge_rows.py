"""Writing the charges of a range of days, and the sums of them that pages read."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db import transaction
from django.db.models import Sum

from controlpanel import fluence
from vms.core.fitting import fitting
from vms.core.months import month_after, month_of
from vms.models import Charge, ChargeDay, ChargeMonth, FluenceAccount
from vms.models.billing import STORAGE_CHARGE

from .account import account_lock
from .charge_holders import holders_of

# Of the last digit that our columns keep.
FINEST = Decimal("1e-10")
PER_STATEMENT = 500
KEY = ("account", "day", "resource_id", "quantity")
FACTS = ("resource_type", "name", "cluster_id", "detail")
OF_MONTH = (*FACTS, "holder_id", "holder_name", "person", "hours", "cost")


@transaction.atomic
def charges_write(
    account: FluenceAccount,
    start: date,
    end: date,
    charges: Iterable[fluence.Charge],
    *,
    is_whole: bool,
) -> None:
    """Put the charges of a range of days, within one month, in place of what is mirrored of it.

    Unless they are whole: then what could not be read may be any that is mirrored, and all stay.
    """
    if not account_lock(account):
        return
    rows = _merged(account, charges)
    days = Charge.objects.filter(account=account, day__range=(start, end))
    if is_whole:
        days.delete()
    Charge.objects.bulk_create(
        rows,
        batch_size=PER_STATEMENT,
        update_conflicts=True,
        unique_fields=KEY,
        update_fields=[*FACTS, "hours", "cost"],
    )
    _days_sum(account, start, end)
    _month_sum(account, month_of(start), rows)


def _merged(account: FluenceAccount, charges: Iterable[fluence.Charge]) -> list[Charge]:
    """Return one row for each day, thing and size, however many Fluence gives, oldest first."""
    rows: dict[tuple[date, str, Decimal], Charge] = {}
    for charge in sorted(charges, key=_day):
        row = _row(account, charge)
        key = (row.day, row.resource_id, row.quantity)
        if before := rows.get(key):
            row.hours += before.hours
            row.cost += before.cost
        rows[key] = row
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
        quantity=(charge.quantity or Decimal(0)).quantize(FINEST),
        hours=charge.total_usage_hours.quantize(FINEST),
        cost=charge.total_cost.quantize(FINEST),
    )


def _days_sum(account: FluenceAccount, start: date, end: date) -> None:
    of_days = {"account": account, "day__range": (start, end)}
    ChargeDay.objects.filter(**of_days).delete()
    sums = Charge.objects.filter(**of_days).values_list("day", "resource_type", "cluster_id")
    ChargeDay.objects.bulk_create(
        ChargeDay(account=account, day=day, resource_type=kind, cluster_id=cluster, cost=cost)
        for day, kind, cluster, cost in sums.annotate(Sum("cost")).order_by()
    )


class Sums(NamedTuple):
    hours: Decimal
    cost: Decimal


def _month_sum(account: FluenceAccount, month: date, fresh: Sequence[Charge]) -> None:
    """Write the sums of a month; what `fresh`, oldest first, say of their things is the latest."""
    sums = _sums_of(account, month)
    of_month = ChargeMonth.objects.filter(account=account, month=month)
    rows = {row.resource_id: row for row in of_month}
    latest = {charge.resource_id: charge for charge in fresh if charge.resource_id in sums}
    holders = holders_of(account, latest, rows)
    for id_, charge in latest.items():
        row = rows.setdefault(id_, ChargeMonth(account=account, month=month, resource_id=id_))
        for name in FACTS:
            setattr(row, name, getattr(charge, name))
        row.detail = _detail(charge)
        row.holder_id, row.holder_name, row.person = holders[id_]
    gone = [row.pk for id_, row in rows.items() if id_ not in sums]
    for start in range(0, len(gone), PER_STATEMENT):
        ChargeMonth.objects.filter(pk__in=gone[start : start + PER_STATEMENT]).delete()
    for id_, (hours, cost) in sums.items():
        rows[id_].hours, rows[id_].cost = hours, cost
    ChargeMonth.objects.bulk_create(
        [rows[id_] for id_ in sums],
        batch_size=PER_STATEMENT,
        update_conflicts=True,
        unique_fields=("account", "month", "resource_id"),
        update_fields=OF_MONTH,
    )


def _sums_of(account: FluenceAccount, month: date) -> dict[str, Sums]:
    charges = Charge.objects.filter(
        account=account, day__gte=month, day__lt=month_after(month)
    ).values_list("resource_id")
    added = charges.annotate(Sum("hours"), Sum("cost")).order_by()
    return {id_: Sums(hours, cost) for id_, hours, cost in added}


def _detail(charge: Charge) -> str:
    if charge.resource_type != STORAGE_CHARGE:
        return charge.detail
    return f"{charge.quantity.normalize():f} GB {charge.detail}".strip()
