"""Top-ups, in both versions of the API.

Version 2 counts in cents. Version 1 counts in the payment provider's base units, a hundred
million to the dollar, in requests and in answers; it shows the same top-ups.
"""

from __future__ import annotations

from functools import partial

from controlpanel.simulator import listing
from controlpanel.simulator.answers import Answer
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.owned import all_owned, owned_by_path
from controlpanel.simulator.payments import (
    METHODS,
    OPEN,
    Method,
    checkout_url,
    open_top_up,
    start_top_up,
)
from controlpanel.simulator.records import TopUpRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, moment

TOP_UP, HISTORY = "billing:top_up", "billing:get_history"

BASE_UNITS_PER_CENT = 1_000_000
CURRENCIES = ("usdc", "usdt", "usd")

V1_STATUS = {
    "open": "pending",
    "needs_review": "pending",
    "resolved": "completed",
    "canceled": "canceled",
    "expired": "expired",
    "failed": "failed",
}
V1_STATUSES = (
    "created", "failed", "canceled", "expired", "pending", "completed", "aml_failed",
)  # fmt: skip


@route("GET", "/v2/payment-methods", scope=TOP_UP)
def payment_methods(_call: Call) -> list[Json]:
    return [
        {
            "provider": method.provider,
            "methodCode": method.code,
            "kind": method.kind,
            "displayName": method.title,
            "enabled": True,
            "minAmountCents": method.least_cents,
            "maxAmountCents": method.most_cents,
            "estFeeBps": method.fee_bps,
            "estFeeFixedCents": method.fee_cents,
            "feePaidByUser": True,
            "sortOrder": number,
        }
        for number, method in enumerate(METHODS, start=1)
    ]


@route("POST", "/v2/top-ups", scope=TOP_UP)
def create(call: Call) -> Answer:
    fields = Fields(call.body)
    method = _method(fields)
    cents = fields.integer("amountCents")
    top_up = start_top_up(call, method, cents, method.currency, code_if_open="conflict")
    payload = {
        "intentId": top_up.id,
        "sessionId": top_up.session_id,
        "provider": top_up.provider,
        "providerPaymentId": f"{top_up.provider}-{top_up.number}",
        "presentation": {"type": "redirect", "redirectUrl": checkout_url(call.world, top_up)},
    }
    return Answer(201, payload)


@route("GET", "/v2/top-ups", scope=HISTORY)
def list_top_ups(call: Call) -> Json:
    own = all_owned(call, call.world.state.top_ups)
    rows = _in_order(call, _since_and_until(call, own))
    return listing.page_of(rows, call.query, len(own), partial(_v2_dto, call))


@route("GET", "/v2/top-ups/pending", scope=HISTORY)
def pending(call: Call) -> Json:
    top_up = open_top_up(call)
    return {"pendingTopUp": top_up and _v2_dto(call, top_up)}


@route("DELETE", "/v2/top-ups/{intent_id}", scope=TOP_UP)
def cancel(call: Call) -> Answer:
    top_up = owned_by_path(call, call.world.state.top_ups, "intent_id", "top-up")
    if top_up.status != OPEN:
        raise ApiError("conflict", f"The top-up is {top_up.status}.")
    top_up.status, top_up.updated_at = "canceled", call.world.clock.now()
    call.world.changed()
    return Answer(204)


@route("POST", "/v1/billing/top_up", scope=TOP_UP)
def create_v1(call: Call) -> Json:
    fields = Fields(call.body)
    amount = fields.integer("amount")
    if amount % BASE_UNITS_PER_CENT:
        raise fields.wrong("amount", "must be whole cents")
    currency = fields.one_of("currency", *CURRENCIES) if "currency" in fields else CURRENCIES[0]
    cents = amount // BASE_UNITS_PER_CENT
    # The document lists no 409 here, as it does in version 2.
    code = "unprocessable_entity"
    return _v1_dto(call, start_top_up(call, METHODS[0], cents, currency, code_if_open=code))


@route("GET", "/v1/billing/top_up/pending", scope=HISTORY)
def pending_v1(call: Call) -> Json:
    top_up = open_top_up(call)
    return {"pendingTopUp": top_up and _v1_dto(call, top_up)}


@route("GET", "/v2/billing/get_history", scope=HISTORY)
def history(call: Call) -> Json:
    query = call.query
    status = listing.choice(query, "status", V1_STATUSES)
    least, most = listing.integer(query, "minAmount"), listing.integer(query, "maxAmount")
    own = all_owned(call, call.world.state.top_ups)
    rows = [
        top_up
        for top_up in _since_and_until(call, own)
        if status in (None, V1_STATUS[top_up.status])
        and (least is None or _base_units(top_up) >= least)
        and (most is None or _base_units(top_up) <= most)
    ]
    return listing.page_of(_in_order(call, rows), query, len(own), partial(_v1_dto, call))


def _method(fields: Fields) -> Method:
    code, provider = (
        fields.text(field) if fields.has(field) else None for field in ("methodCode", "provider")
    )
    for method in METHODS:
        if code in (None, method.code) and provider in (None, method.provider):
            return method
    raise fields.wrong("methodCode", "no such payment method")


def _since_and_until(call: Call, top_ups: list[TopUpRecord]) -> list[TopUpRecord]:
    start, end = listing.instant(call.query, "start"), listing.instant(call.query, "end")
    return [
        top_up
        for top_up in top_ups
        if (start is None or top_up.created_at >= start)
        and (end is None or top_up.created_at <= end)
    ]


def _in_order(call: Call, top_ups: list[TopUpRecord]) -> list[TopUpRecord]:
    """Sort as asked; newest first when not asked."""
    by_amount = listing.choice(call.query, "sort", ("createdAt", "amount")) == "amount"
    descending = listing.choice(call.query, "order", ("asc", "desc")) != "asc"
    return sorted(
        top_ups,
        key=lambda t: (t.amount_cents if by_amount else t.number, t.number),
        reverse=descending,
    )


def _v2_dto(call: Call, top_up: TopUpRecord) -> Json:
    return {
        "id": top_up.id,
        "userId": top_up.user_id,
        "amountCents": top_up.amount_cents,
        "status": top_up.status,
        "provider": top_up.provider,
        "redirectUrl": checkout_url(call.world, top_up) if top_up.status == OPEN else None,
        "createdAt": moment(top_up.created_at),
        "updatedAt": moment(top_up.updated_at),
        "expiresAt": moment(top_up.expires_at),
    }


def _v1_dto(call: Call, top_up: TopUpRecord) -> Json:
    return {
        "id": top_up.id,
        "userId": top_up.user_id,
        "amount": _base_units(top_up),
        "currency": top_up.currency,
        "status": V1_STATUS[top_up.status],
        "provider": top_up.provider,
        "copperxFee": 0,
        "copperxGasFee": 0,
        "copperxSessionId": top_up.session_id,
        "copperxSessionUrl": checkout_url(call.world, top_up),
        "balanceContractTxAddress": None,
        "createdAt": moment(top_up.created_at),
        "updatedAt": moment(top_up.updated_at),
        "expiresAt": moment(top_up.expires_at),
    }


def _base_units(top_up: TopUpRecord) -> int:
    return top_up.amount_cents * BASE_UNITS_PER_CENT
