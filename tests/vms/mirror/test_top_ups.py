"""Top-ups mirrored: each judged alone, read no more often than it takes, told to open pages."""

from collections.abc import Callable
from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient, NewTopUp
from controlpanel.simulator.payments import finish_top_up
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock
from vms.account.selectors import unreadable_of
from vms.mirror.newcomers import newest_read
from vms.mirror.reconcile import account_reconcile
from vms.mirror.top_ups import EVERY, LONGEST_OPEN
from vms.models import FluenceAccount, PaymentMethod, TopUp

from .spoiling import Record, answer_with, spoil

LIST = "GET /v2/top-ups"
AN_HOUR = EVERY.total_seconds() + 60
Paid = Callable[[int], str]


@pytest.fixture
def paid(fluence: FluenceClient[Changes], sim: RunningSimulator) -> Paid:
    """Pay so many cents in at Fluence itself, and return the top-up's id."""

    def pay(cents: int) -> str:
        begun = fluence.billing.create_top_up(NewTopUp(amount_cents=cents))
        finish_top_up(sim.world, begun.intent_id, "resolved")
        return begun.intent_id

    return pay


def mirrored() -> list[int]:
    return list(TopUp.objects.order_by("amount_cents").values_list("amount_cents", flat=True))


def test_all_are_read_at_first_and_then_what_is_new(
    account: FluenceAccount, paid: Paid, sim: RunningSimulator, clock: Clock
) -> None:
    paid(2000)
    clock.advance(30 * 24 * 3600)
    paid(3000)
    account_reconcile(account.pk)
    assert mirrored() == [2000, 3000]
    paid(4000)
    account_reconcile(account.pk)
    assert mirrored() == [2000, 3000]
    clock.advance(AN_HOUR)
    account_reconcile(account.pk)
    assert mirrored() == [2000, 3000, 4000]
    assert len(sim.requests(LIST)) == 2


def test_one_that_is_open_is_looked_at_until_it_is_over(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    begun = fluence.billing.create_top_up(NewTopUp(amount_cents=5000))
    finish_top_up(sim.world, begun.intent_id, "needs_review")
    account_reconcile(account.pk)
    for _ in range(2):
        newest_read(account.pk)
    assert len(sim.requests(LIST)) == 3
    assert TopUp.objects.get().status == "needs_review"
    finish_top_up(sim.world, begun.intent_id, "resolved")
    for _ in range(2):
        newest_read(account.pk)
    assert len(sim.requests(LIST)) == 4
    account.refresh_from_db()
    assert account.balance == 550


def test_one_that_never_ends_is_looked_at_no_more_after_a_week(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    begun = fluence.billing.create_top_up(NewTopUp(amount_cents=5000))
    finish_top_up(sim.world, begun.intent_id, "needs_review")
    account_reconcile(account.pk)
    clock.advance(LONGEST_OPEN.total_seconds() + 60)
    newest_read(account.pk)
    assert len(sim.requests(LIST)) == 1


def test_open_pages_are_told_of_what_is_new_alone(
    account: FluenceAccount, paid: Paid, team: Team, clock: Clock
) -> None:
    paid(2000)
    account_reconcile(account.pk)
    team.refresh_from_db()
    before = team.revision
    clock.advance(AN_HOUR)
    account_reconcile(account.pk)
    team.refresh_from_db()
    assert team.revision == before
    paid(3000)
    clock.advance(AN_HOUR)
    account_reconcile(account.pk)
    team.refresh_from_db()
    assert team.revision > before


@pytest.mark.parametrize(
    "wrong",
    [
        {"amountCents": -1},
        {"amountCents": 10**13},
        {"amountCents": "many"},
        {"id": "x" * 41},
        {"status": None},
    ],
    ids=str,
)
def test_a_bad_record_is_left_out_and_stops_no_other(
    account: FluenceAccount, paid: Paid, sim: RunningSimulator, wrong: dict[str, Any]
) -> None:
    paid(3000)
    paid(2000)
    spoil(sim, LIST, **wrong)
    account_reconcile(account.pk)
    assert mirrored() == [3000]
    account.refresh_from_db()
    assert [of.sentence for of in unreadable_of(account)] == ["1 top-up could not be read."]


@pytest.mark.parametrize(
    "odd",
    [{"status": "somewhere\x00 else" * 9}, {"provider": "p" * 500}, {"expiresAt": None}],
    ids=lambda odd: next(iter(odd)),
)
def test_what_is_only_odd_is_kept_as_far_as_it_fits(
    account: FluenceAccount, paid: Paid, sim: RunningSimulator, odd: dict[str, Any]
) -> None:
    paid(2000)
    spoil(sim, LIST, **odd)
    account_reconcile(account.pk)
    assert mirrored() == [2000]


def test_a_failure_is_none_of_the_account_and_is_tried_again(
    account: FluenceAccount, paid: Paid, sim: RunningSimulator
) -> None:
    paid(2000)
    sim.faults.add("server_error", operation=LIST, times=9)
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert (account.health, account.top_ups_read_at) == ("ok", None)
    sim.faults.clear()
    account_reconcile(account.pk)
    assert mirrored() == [2000]


def test_a_way_to_pay_that_makes_no_sense_is_not_offered(
    account: FluenceAccount, sim: RunningSimulator
) -> None:
    def change(methods: list[Record]) -> None:
        good = methods[0] | {"methodCode": "good", "minAmountCents": 1}
        methods[:] = [
            good | wrong
            for wrong in (
                {},
                {"methodCode": "off", "enabled": False},
                {"methodCode": "below", "minAmountCents": -1},
                {"methodCode": ""},
                {"minAmountCents": 2},
            )
        ]

    answer_with(sim, change, "GET /v2/payment-methods")
    account_reconcile(account.pk)
    assert [each.code for each in PaymentMethod.objects.all()] == ["good"]
