"""Top-ups, in both versions of the API: opened, paid, canceled, expired."""

from decimal import Decimal
from typing import Any

import pytest
import requests

from controlpanel.fluence import (
    Changes,
    Conflict,
    FluenceClient,
    NewTopUp,
    NotFound,
    RedirectPresentation,
    Unprocessable,
)
from controlpanel.simulator.accounts import SECOND_KEY
from controlpanel.simulator.payments import finish_top_up
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.simulator.raw import refusal, send

FIFTY_USD = NewTopUp(amount_cents=5000)
BASE_UNITS = 10**8


def test_a_paid_top_up_is_on_the_balance(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    begun = client.billing.create_top_up(FIFTY_USD)
    assert isinstance(begun.presentation, RedirectPresentation)
    assert begun.presentation.redirect_url.get_secret_value().startswith(f"{sim.url}/checkout/")
    pending = client.billing.pending_top_up()
    assert pending
    assert (pending.id, pending.status, pending.amount_cents) == (begun.intent_id, "open", 5000)
    finish_top_up(sim.world, begun.intent_id, "resolved")
    money = client.account.refresh_balance()
    assert (money.balance, money.total_deposited_amount) == (Decimal(550), Decimal(550))
    assert client.billing.pending_top_up() is None
    assert [each.status for each in client.billing.top_ups().items] == ["resolved"]


def test_only_one_is_open_at_a_time(client: FluenceClient[Changes], sim: RunningSimulator) -> None:
    begun = client.billing.create_top_up(FIFTY_USD)
    with pytest.raises(Conflict):
        client.billing.create_top_up(FIFTY_USD)
    with pytest.raises(Unprocessable, match="open top-up"):
        client.billing.create_legacy_top_up(50 * BASE_UNITS)
    client.billing.cancel_top_up(begun.intent_id)
    assert client.billing.create_top_up(FIFTY_USD).intent_id != begun.intent_id


def test_what_has_ended_cannot_be_canceled(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    begun = client.billing.create_top_up(FIFTY_USD)
    finish_top_up(sim.world, begun.intent_id, "needs_review")
    with pytest.raises(Conflict, match="needs_review"):
        client.billing.cancel_top_up(begun.intent_id)
    with pytest.raises(NotFound), FluenceClient(SECOND_KEY, sim.url).for_changes() as stranger:
        stranger.billing.cancel_top_up(begun.intent_id)


def test_a_checkout_expires(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    client.billing.create_top_up(FIFTY_USD)
    sim.clock.advance(3601)
    assert client.billing.pending_top_up() is None
    assert [each.status for each in client.billing.top_ups().items] == ["expired"]
    assert client.account.balances()[0].balance == 500


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ({"amountCents": 999}, "At least 1000 cents"),
        ({"amountCents": -5}, "At least 1000 cents"),
        ({"amountCents": 500_001, "methodCode": "card"}, "At most 500000 cents"),
        ({"amountCents": 5000, "methodCode": "shells"}, "no such payment method"),
        ({"amountCents": 5000, "methodCode": "card", "provider": "copperx"}, "no such payment"),
        ({"amountCents": "5000"}, "amountCents: must be a whole number"),
        ({}, "amountCents: is required"),
    ],
)
def test_what_cannot_be_paid_is_refused(
    sim: RunningSimulator, body: dict[str, object], says: str
) -> None:
    status, _, message = refusal(send(sim, "POST /v2/top-ups", body))
    assert status == 422
    assert says in message


def test_the_payment_methods_are_those_that_work(client: FluenceClient[Changes]) -> None:
    for method in client.billing.payment_methods():
        code = method.method_code
        begun = client.billing.create_top_up(NewTopUp(amount_cents=5000, method_code=code))
        assert begun.provider == method.provider
        client.billing.cancel_top_up(begun.intent_id)


def test_version_1_shows_the_same_in_base_units(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    legacy = client.billing.create_legacy_top_up(50 * BASE_UNITS)
    assert (legacy.amount, legacy.status) == (50 * BASE_UNITS, "pending")
    pending = client.billing.pending_top_up()
    assert pending
    assert (pending.id, pending.amount_cents) == (legacy.id, 5000)
    finish_top_up(sim.world, legacy.id, "resolved")
    assert client.billing.pending_legacy_top_up() is None
    [done] = client.billing.top_up_history(status="completed").items
    assert done.id == legacy.id
    assert client.billing.top_up_history(min_amount=51 * BASE_UNITS).items == ()


def test_lists_are_in_the_order_asked_for(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    for amount in (3000, 9000, 6000):
        begun = client.billing.create_top_up(NewTopUp(amount_cents=amount))
        finish_top_up(sim.world, begun.intent_id, "resolved")

    def cents(**order: Any) -> list[int]:
        return [each.amount_cents for each in client.billing.top_ups(**order).items]

    assert cents() == [6000, 9000, 3000]
    assert cents(sort="amount", order="asc") == [3000, 6000, 9000]


def test_a_payment_is_completed_through_the_controls() -> None:
    with running_simulator(control=True) as sim:
        begun = send(sim, "POST /v2/top-ups", {"amountCents": 5000}).json()["intentId"]
        control = f"{sim.url}/_control/top_ups"
        done = {"id": begun, "status": "resolved"}
        assert requests.post(control, json={**done, "status": "gold"}, timeout=2).status_code == 400
        assert requests.post(control, json=done, timeout=2).ok
        assert requests.post(control, json=done, timeout=2).status_code == 400
        assert send(sim, "GET /v2/users/balances").json()[0]["balance"] == "550.00"
