"""Charges as the mirror writes them, for tests of pages: no Fluence needed."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from controlpanel import fluence
from controlpanel.simulator.testing import RunningSimulator
from vms.core.months import month_after, month_of
from vms.mirror.charge_rows import charges_write
from vms.models import FluenceAccount

CHARGES = "GET /v1/billing/charges/aggregated"


def charge(day: date, resource_id: str, cost: str, **changes: Any) -> fluence.Charge:
    """What a thing cost in a day: by its id it is a VM, a disk or an address."""
    kinds = {"disk": "STORAGE", "ip": "PUBLIC_IP"}
    fields: dict[str, Any] = {
        "period_start": datetime(day.year, day.month, day.day, tzinfo=UTC),
        "resource_id": resource_id,
        "resource_name": resource_id,
        "resource_type": kinds.get(resource_id.partition("-")[0], "VM"),
        "cluster_id": "Vistula",
        "quantity": Decimal(1),
        "total_usage_hours": Decimal(24),
        "total_cost": Decimal(cost),
    }
    return fluence.Charge(**fields | changes)


def charged(account: FluenceAccount, *charges: fluence.Charge, read_at: datetime) -> None:
    """Mirror them, month by month, as by a reading at this moment that went back to the first."""
    days = {each.period_start.date(): each for each in charges if each.period_start}
    for month in sorted({month_of(day) for day in days}):
        last = month_after(month) - timedelta(days=1)
        some = [c for c in charges if c.period_start and month_of(c.period_start.date()) == month]
        charges_write(account, month, last, some, is_whole=True)
    account.charges_read_at = read_at
    account.charges_from = month_of(min(days, default=read_at.date()))
    account.save()


def record(day: date, **changes: Any) -> dict[str, Any]:
    """Return a charge of a day as Fluence sends it."""
    return {
        "userId": "u",
        "periodStart": f"{day}T00:00:00Z",
        "resourceId": "vm-1",
        "resourceName": "web-1",
        "resourceType": "VM",
        "quantity": "1",
        "totalUsageHours": "2",
        "totalCost": "0.0000000001",
        **changes,
    }


def answer(sim: RunningSimulator, *records: dict[str, Any]) -> None:
    """Let Fluence answer with these charges until its faults are cleared."""
    sim.faults.clear()
    sim.faults.add("status", operation=CHARGES, status=200, body=json.dumps(records))
