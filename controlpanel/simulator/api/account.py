"""The account behind a key, its money, and the service itself."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from controlpanel.simulator import listing
from controlpanel.simulator.lifecycle import UNPAID
from controlpanel.simulator.pricing import HOURS_A_MONTH, as_text, hourly
from controlpanel.simulator.router import Call, route
from controlpanel.simulator.wire import Json

VERSION = "0.10.0"
FEATURE_KEY = "prepaid-balance"


@route("GET", "/v1/service/status", public=True)
def service_status(call: Call) -> Json:
    return {"version": VERSION, "maintenanceMode": call.world.faults.is_set("maintenance")}


@route("GET", "/v1/users/me")
def me(call: Call) -> Json:
    return {"id": call.account.id, "email": call.account.email, "permissions": call.scopes}


@route("GET", "/v2/users/balances")
def balances(call: Call) -> list[Any]:
    wanted = listing.single(call.query, "entitlementKey")
    if wanted not in (None, FEATURE_KEY):
        return []
    account, nothing = call.account, Decimal(0)
    running = sum(
        (
            hourly(rented)
            for rented in call.world.all_rented()
            if rented.user_id == account.id and rented.status not in UNPAID
        ),
        nothing,
    )
    left = max(account.balance, nothing)
    return [
        {
            "featureKey": FEATURE_KEY,
            "userId": account.id,
            "balance": as_text(left),
            "usage": as_text(account.deposited - account.balance),
            "estimatedUsage": as_text(running * HOURS_A_MONTH),
            "overage": as_text(max(-account.balance, nothing)),
            "totalDepositedAmount": as_text(account.deposited),
            "usageDaysLeft": min(int(left / running / 24), 65535) if running else None,
        }
    ]
