"""Top-ups: money on its way into an account."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from controlpanel.simulator.records import TopUpRecord
from controlpanel.simulator.router import ApiError, Call
from controlpanel.simulator.world import World

CHECKOUT = "/checkout/"
CHECKOUT_LIFE = timedelta(hours=1)
CENTS = Decimal(100)

OPEN, RESOLVED = "open", "resolved"
FINAL = (RESOLVED, "canceled", "expired", "failed")
OUTCOMES = ("needs_review", *FINAL)


@dataclass(frozen=True, slots=True)
class Method:
    """A way to pay; fees are estimates."""

    provider: str
    code: str
    kind: str
    title: str
    least_cents: int
    most_cents: int | None
    fee_bps: int
    fee_cents: int
    currency: str


METHODS = (
    Method("copperx", "usdc", "crypto", "USDC", 1000, None, 100, 0, "usdc"),
    Method("stripe", "card", "fiat", "Card", 2000, 500_000, 290, 30, "usd"),
)
"""The first one is the default."""


def open_top_up(call: Call) -> TopUpRecord | None:
    """Return the account's top-up that is not settled yet."""
    for top_up in call.world.state.top_ups.values():
        if top_up.user_id == call.account.id and top_up.status not in FINAL:
            return top_up
    return None


def start_top_up(
    call: Call, method: Method, cents: int, currency: str, *, code_if_open: str
) -> TopUpRecord:
    """Open a checkout. Raises ApiError when one is open already, or the amount does not fit."""
    if cents < method.least_cents:
        raise ApiError("unprocessable_entity", f"At least {method.least_cents} cents are needed.")
    if method.most_cents is not None and cents > method.most_cents:
        raise ApiError("unprocessable_entity", f"At most {method.most_cents} cents are possible.")
    if open_top_up(call):
        raise ApiError(code_if_open, "An open top-up already exists.")
    world, now = call.world, call.world.clock.now()
    top_up = TopUpRecord(
        id=world.new_id(),
        session_id=world.new_id(),
        user_id=call.account.id,
        number=world.next_number(),
        amount_cents=cents,
        currency=currency,
        provider=method.provider,
        created_at=now,
        updated_at=now,
        expires_at=now + CHECKOUT_LIFE,
    )
    world.state.top_ups[top_up.id] = top_up
    world.changed()
    return top_up


def finish_top_up(world: World, top_up_id: str, status: str) -> None:
    """Let a payment come to its end; `resolved` adds the money. Raises ValueError, KeyError."""
    if status not in OUTCOMES:
        raise ValueError(f"a top-up becomes one of {', '.join(OUTCOMES)}")
    top_up = world.state.top_ups[top_up_id]
    if top_up.status in FINAL:
        raise ValueError(f"the top-up is {top_up.status} already")
    top_up.status, top_up.updated_at = status, world.clock.now()
    if status == RESOLVED:
        account = world.state.accounts[top_up.user_id]
        amount = top_up.amount_cents / CENTS
        account.balance += amount
        account.deposited += amount
    world.changed()


def checkout_url(world: World, top_up: TopUpRecord) -> str:
    """Return where it is paid: at the simulator itself."""
    return f"{world.url}{CHECKOUT}{top_up.session_id}"
