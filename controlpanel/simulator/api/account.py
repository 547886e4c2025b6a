"""The account behind a key, its profile and money, and the service itself."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from controlpanel.simulator import listing
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import UNPAID
from controlpanel.simulator.pricing import HOURS_A_MONTH, as_text, hourly
from controlpanel.simulator.router import Call, route
from controlpanel.simulator.wire import Json, moment

VERSION = "0.10.0"
FEATURE_KEY = "prepaid-balance"
SIGNED_UP = datetime(2026, 1, 15, 9, tzinfo=UTC)

PROFILE_FIELDS = {
    "firstName": "first_name",
    "lastName": "last_name",
    "company": "company",
    "jobRole": "job_role",
}


@route("GET", "/v1/service/status", public=True)
def service_status(call: Call) -> Json:
    return {"version": VERSION, "maintenanceMode": call.world.faults.is_set("maintenance")}


@route("GET", "/v1/users/me")
def me(call: Call) -> Json:
    return {"id": call.account.id, "email": call.account.email, "permissions": call.scopes}


@route("GET", "/v1/users/me/profile")
def profile(call: Call) -> Json:
    own = call.account.profile
    return {
        **{field: getattr(own, attribute) for field, attribute in PROFILE_FIELDS.items()},
        "promptAcknowledgedAt": None,
        "updatedAt": moment(own.updated_at or SIGNED_UP),
    }


@route("PATCH", "/v1/users/me/profile")
def update_profile(call: Call) -> Json:
    fields, own = Fields(call.body), call.account.profile
    changes = {
        attribute: fields.words(field)
        for field, attribute in PROFILE_FIELDS.items()
        if fields.has(field)
    }
    call.account.profile = own.model_copy(update={**changes, "updated_at": call.world.clock.now()})
    call.world.changed()
    return profile(call)


@route("GET", "/v2/users/balances")
def balances(call: Call) -> list[Any]:
    wanted = listing.single(call.query, "entitlementKey")
    return [_balance(call)] if wanted in (None, FEATURE_KEY) else []


@route("POST", "/v1/users/balances/refresh")
def refresh_balance(call: Call) -> Json:
    return _balance(call)


def _balance(call: Call) -> Json:
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
    return {
        "featureKey": FEATURE_KEY,
        "userId": account.id,
        "balance": as_text(left),
        "usage": as_text(account.deposited - account.balance),
        "estimatedUsage": as_text(running * HOURS_A_MONTH),
        "overage": as_text(max(-account.balance, nothing)),
        "totalDepositedAmount": as_text(account.deposited),
        "usageDaysLeft": min(int(left / running / 24), 65535) if running else None,
    }
