"""Charges: what was paid for each hour, added up by day, month, resource, type or cluster."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from controlpanel.simulator import listing
from controlpanel.simulator.answers import Answer
from controlpanel.simulator.pricing import as_text
from controlpanel.simulator.records import ChargeRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json

HISTORY = "billing:get_spending_history"

RESOURCE_TYPES = ("VM", "PUBLIC_IP", "SECURITY_GROUP", "STORAGE", "SUBNET", "VPC", "WORKSPACE")

Grouping = Callable[[ChargeRecord], tuple[object, ...]]

GROUPINGS: dict[str | None, Grouping] = {
    None: lambda charge: (charge.resource_id, charge.quantity),
    "RESOURCE": lambda charge: (charge.resource_id,),
    "RESOURCE_TYPE": lambda charge: (charge.resource_type,),
    "CLUSTER": lambda charge: (charge.cluster_id,),
}

PERIODS: dict[str | None, Callable[[date], date | None]] = {
    None: lambda _day: None,
    "DAY": lambda day: day,
    "MONTH": lambda day: day.replace(day=1),
}

COLUMNS = (
    "periodStart",
    "resourceId",
    "resourceName",
    "resourceType",
    "clusterId",
    "quantity",
    "vmConfiguration",
    "storageType",
    "replicatedStorage",
    "ipAddressType",
    "totalUsageHours",
    "totalCost",
    "userId",
)


@route("GET", "/v1/billing/charges/aggregated", scope=HISTORY)
def aggregated(call: Call) -> list[Json] | Answer:
    query = call.query
    group_by = listing.choice(query, "groupBy", [name for name in GROUPINGS if name])
    period = listing.choice(query, "period", [name for name in PERIODS if name])
    output = listing.choice(query, "format", ("json", "csv"))
    for bound in ("startDate", "endDate"):
        if listing.day(query, bound) is None:
            raise ApiError("bad_request", f"{bound}: is required.")
    rows = [
        _entry(start, charges, group_by)
        for start, charges in _grouped(_charges(call), group_by, period)
    ]
    return _csv(rows) if output == "csv" else rows


@route("GET", "/v1/billing/charges/total", scope=HISTORY)
def total(call: Call) -> Json:
    return {"total": as_text(_cost(_charges(call)))}


def _charges(call: Call) -> list[ChargeRecord]:
    """Return the account's charges that the query asks for, oldest first."""
    query = call.query
    resource_id = listing.single_uuid(query, "resourceId")
    resource_type = listing.choice(query, "resourceType", RESOURCE_TYPES)
    start, end = listing.day(query, "startDate"), listing.day(query, "endDate")
    if start and end and start > end:
        raise ApiError("unprocessable_entity", "startDate: must not be after endDate.")
    found = [
        charge
        for charge in call.world.state.charges.values()
        if charge.user_id == call.account.id
        and resource_id in (None, charge.resource_id)
        and resource_type in (None, charge.resource_type)
        and (start is None or charge.day >= start)
        and (end is None or charge.day <= end)
    ]
    return sorted(found, key=lambda charge: charge.day)


def _grouped(
    charges: Iterable[ChargeRecord], group_by: str | None, period: str | None
) -> list[tuple[date | None, list[ChargeRecord]]]:
    groups: dict[tuple[object, ...], list[ChargeRecord]] = {}
    for charge in charges:
        key = (PERIODS[period](charge.day), *GROUPINGS[group_by](charge))
        groups.setdefault(key, []).append(charge)
    return [(PERIODS[period](group[0].day), group) for group in groups.values()]


def _entry(start: date | None, charges: list[ChargeRecord], group_by: str | None) -> Json:
    latest = charges[-1]
    entry: Json = {
        "userId": latest.user_id,
        "totalUsageHours": str(sum(charge.hours for charge in charges)),
        "totalCost": as_text(_cost(charges)),
    }
    if start:
        entry["periodStart"] = f"{start}T00:00:00Z"
    if group_by in (None, "RESOURCE"):
        entry |= {
            "resourceId": latest.resource_id,
            "resourceName": latest.resource_name,
            "quantity": str(latest.quantity),
            "vmConfiguration": latest.configuration,
            "storageType": latest.storage_type,
            "replicatedStorage": latest.replicated,
            "ipAddressType": latest.address_type,
        }
    if group_by != "RESOURCE_TYPE":
        entry["clusterId"] = latest.cluster_id
    if group_by != "CLUSTER":
        entry["resourceType"] = latest.resource_type
    return entry


def _cost(charges: Iterable[ChargeRecord]) -> Decimal:
    return sum((charge.cost for charge in charges), Decimal(0))


def _csv(rows: list[dict[str, Any]]) -> Answer:
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(rows)
    return Answer(200, text=out.getvalue(), headers={"Content-Type": "text/csv"})
