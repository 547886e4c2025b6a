"""How an account's calls fare is shown on the account, and it recovers by itself."""

import pytest
from django.utils import timezone

from controlpanel.fluence import FluenceClient, FluenceError, RateLimited, Unavailable
from controlpanel.simulator.accounts import FULL_KEY, KEYS
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock, log_of
from vms.mirror.health import health_failed
from vms.mirror.reconcile import account_reconcile, accounts_due
from vms.models import FluenceAccount


def test_maintenance_shows_and_passes(
    account: FluenceAccount, team: Team, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("maintenance")
    team.refresh_from_db()
    revision = team.revision
    account_reconcile(account.pk)
    account.refresh_from_db()
    team.refresh_from_db()
    assert (account.health, account.poll_failures) == ("maintenance", 1)
    assert team.revision > revision, "open tabs notice"
    assert (account.reconcile_after - timezone.now()).total_seconds() < 61
    sim.faults.clear()
    clock.advance(61)
    assert accounts_due() == [account.pk]
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert (account.health, account.health_message, account.poll_failures) == ("ok", "", 0)


def test_a_rejected_key_shows_is_logged_once_and_may_recover(
    account: FluenceAccount,
    team: Team,
    sim: RunningSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patch:
        patch.delitem(KEYS, FULL_KEY)
        for _ in range(3):
            account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.health == "key_rejected"
    assert (account.reconcile_after - timezone.now()).total_seconds() > 200
    assert log_of(team) == ["account.key_rejected failed"]
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.health == "ok"


@pytest.mark.parametrize(
    "slow",
    [RateLimited("x", code="rate_limited", retry_after=90.0), Unavailable("x", code="busy")],
)
def test_a_key_that_is_only_slow_is_left_in_peace_and_not_called_unreachable(
    account: FluenceAccount, slow: FluenceError
) -> None:
    pause = health_failed(account, slow)
    assert pause.total_seconds() >= (slow.retry_after or 2.0)
    account.refresh_from_db()
    assert (account.health, account.poll_failures) == ("ok", 1)


def test_fluence_unreachable_shows(
    account: FluenceAccount, sim: RunningSimulator, fluence: FluenceClient
) -> None:
    sim.faults.add("timeout_before")
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.health == "unreachable"
    assert account.get_health_display() == "Unreachable"
