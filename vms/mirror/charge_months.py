"""The sums of a month, thing by thing: what it cost, and whose it is."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from vms.core.months import month_after
from vms.models import Charge, ChargeMonth, FluenceAccount
from vms.models.billing import STORAGE_CHARGE

from .charge_groups import groups_sum
from .charge_holders import Holder, holders_of
from .tables import rows_delete, rows_write

KEY = ("account_id", "month", "resource_id")
FACTS = ("resource_type", "name", "cluster_id", "detail", "holder_id", "holder_name", "person")
FIELDS = (*FACTS, "hours", "cost")


def month_sum(account: FluenceAccount, month: date, fresh: Sequence[Charge]) -> None:
    """Write the sums of a month; what `fresh`, oldest first, say of their things is the latest."""
    sums = _sums_of(account, month)
    of_month = ChargeMonth.objects.filter(account=account, month=month)
    stored = {row.resource_id: row for row in of_month}
    latest = {charge.resource_id: charge for charge in fresh if charge.resource_id in sums}
    holders = holders_of(account, latest, stored)
    rows_delete(ChargeMonth, [row.pk for id_, row in stored.items() if id_ not in sums])
    pairs: list[tuple[ChargeMonth, ChargeMonth | None]] = []
    for id_, (hours, cost) in sums.items():
        told = latest.get(id_)
        facts = _facts(told, holders[id_]) if told else _facts_of(stored[id_])
        key = {"account": account, "month": month, "resource_id": id_}
        pairs.append((ChargeMonth(**key, **facts, hours=hours, cost=cost), stored.get(id_)))
    rows_write(ChargeMonth, pairs, KEY, FIELDS)
    groups_sum(account, month, [row for row, _stored in pairs])


def _sums_of(account: FluenceAccount, month: date) -> dict[str, tuple[Decimal, Decimal]]:
    """Return hours and USD of each thing."""
    charges = Charge.objects.filter(
        account=account, day__gte=month, day__lt=month_after(month)
    ).values_list("resource_id")
    added = charges.annotate(Sum("hours"), Sum("cost")).order_by()
    return {id_: (hours, cost) for id_, hours, cost in added}


def _facts(charge: Charge, holder: Holder) -> dict[str, Any]:
    return {
        "resource_type": charge.resource_type,
        "name": charge.name,
        "cluster_id": charge.cluster_id,
        "detail": _detail(charge),
        "holder_id": holder.id,
        "holder_name": holder.name,
        "person": holder.person,
    }


def _facts_of(row: ChargeMonth) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FACTS}


def _detail(charge: Charge) -> str:
    if charge.resource_type != STORAGE_CHARGE:
        return charge.detail
    # Its type as Fluence spells it everywhere else: NVME, here NVMe.
    return f"{charge.quantity.normalize():f} GB {charge.detail.upper()}".strip()
