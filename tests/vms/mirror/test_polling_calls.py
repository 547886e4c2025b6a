"""Polling: how many calls are made, by whom, and what a failure does to them."""

from datetime import timedelta
from threading import Thread
from uuid import uuid4

import pytest
from django.db import OperationalError, connection
from django.db.models import QuerySet
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import SECOND_KEY
from controlpanel.simulator.records import VMRecord
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import LAUNCH, LIST, Clock, deploy, poll
from vms.mirror import polling
from vms.mirror.polling import account_poll, accounts_due
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def multiply(sim: RunningSimulator, count: int, *, frozen: bool = False) -> None:
    """Let Fluence have `count` VMs like the one it has; `frozen` ones stay in their status."""
    first = next(iter(sim.world.state.vms.values()))
    first.due_at = None if frozen else first.due_at
    for number in range(count - 1):
        copy: VMRecord = first.model_copy(
            update={"id": str(uuid4()), "name": f"copy-{number}", "number": 1000 + number}
        )
        sim.world.state.vms[copy.id] = copy


@pytest.mark.usefixtures("unhurried")
def test_150_vms_are_asked_about_in_two_calls(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    multiply(sim, 150)
    account_reconcile(account.pk)
    VM.objects.update(status="launching", poll_after=timezone.now())
    before = len(sim.requests(LIST))
    clock.advance(LAUNCH)
    assert account_poll(account.pk) == 150
    assert len(sim.requests(LIST)) == before + 2
    assert set(VM.objects.values_list("status", flat=True)) == {"launched"}


@pytest.mark.usefixtures("unhurried")
def test_a_batch_needs_as_few_reads_for_100_as_for_3(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    django_assert_max_num_queries: object,
) -> None:
    deploy(team, petra)
    multiply(sim, 100, frozen=True)
    account_reconcile(account.pk)
    with django_assert_max_num_queries(57):  # type: ignore[operator]
        account_reconcile(account.pk)


@pytest.mark.django_db(transaction=True)
def test_two_pollers_at_once_make_one_set_of_calls(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator
) -> None:
    deploy(team, petra)
    VM.objects.update(poll_after=timezone.now())
    before = len(sim.requests(LIST))
    sim.faults.add("latency", operation=LIST, seconds=0.2)

    def run() -> None:
        account_poll(account.pk)
        connection.close()

    threads = [Thread(target=run) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(sim.requests(LIST)) == before + 1
    assert FluenceAccount.objects.get().poll_lease_until is None


def test_a_poller_that_was_too_slow_leaves_the_next_ones_lease_alone(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    deploy(team, petra)
    other = timezone.now() + timedelta(days=1)
    with pytest.MonkeyPatch.context() as patch:

        def overtaken(*_: object) -> int:
            FluenceAccount.objects.update(poll_lease_until=other)
            return 0

        patch.setattr(polling, "_chunk_poll", overtaken)
        poll(account)
    assert FluenceAccount.objects.get().poll_lease_until == other


def test_a_failing_account_backs_off_and_does_not_stop_the_others(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    team_of: object,
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    deploy(team, petra)
    other = team_of(SECOND_KEY)  # type: ignore[operator]
    now = timezone.now()
    VM.objects.update(poll_after=now)
    sim.faults.add("status", operation=LIST, status=500)
    pauses = []
    for _ in range(4):
        account_poll(account.pk)
        account.refresh_from_db()
        pauses.append((account.poll_after - timezone.now()).total_seconds())
        clock.advance(pauses[-1] + 1)
    assert account.health == "unreachable"
    assert pauses == sorted(pauses)
    assert [round(pause) for pause in pauses] == [2, 4, 8, 16]
    other.refresh_from_db()
    assert (other.health, other.poll_after <= timezone.now()) == ("ok", True)


def test_during_its_pause_an_account_is_not_polled_even_if_a_task_is_left_over(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    VM.objects.update(poll_after=timezone.now())
    sim.faults.add("status", operation=LIST, status=429, headers={"Retry-After": "120"}, times=1)
    account_poll(account.pk)
    before = len(sim.requests(LIST))
    clock.advance(115)
    assert accounts_due() == []
    account_poll(account.pk)
    assert len(sim.requests(LIST)) == before
    account.refresh_from_db()
    assert account.health == "ok", "slow, but well"
    clock.advance(6)
    assert accounts_due() == [account.pk]
    account_poll(account.pk)
    assert len(sim.requests(LIST)) == before + 1
    account.refresh_from_db()
    assert account.poll_failures == 0


def test_an_error_of_the_panels_own_does_not_come_round_every_second(
    team: Team, petra: Actor, account: FluenceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(team, petra)
    VM.objects.update(poll_after=timezone.now())

    def breaks(*_: object, **__: object) -> None:
        raise KeyError("disk")

    monkeypatch.setattr(polling, "chunk_mirror", breaks)
    with pytest.raises(KeyError):
        account_poll(account.pk)
    assert accounts_due() == []
    account.refresh_from_db()
    assert account.poll_lease_until is None
    assert (account.poll_after - timezone.now()).total_seconds() > 25


def test_words_too_long_for_a_column_do_not_stop_the_batch(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    record = next(iter(sim.world.state.vms.values()))
    record.name, record.updated_at = "n" * 400, timezone.now()
    record.due_at = None  # it stays as it is, however long this takes
    poll(account)
    assert VM.objects.get().name == "n" * 254
    revision = VM.objects.get().revision
    poll(account)
    assert VM.objects.get().revision == revision, "cut alike, so nothing has changed"


@pytest.mark.django_db(transaction=True)
def test_a_database_that_is_away_for_a_moment_does_not_silence_the_account(
    team: Team, petra: Actor, account: FluenceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(team, petra)
    VM.objects.update(poll_after=timezone.now())
    update, failures = QuerySet.update, [OperationalError("starting up"), OperationalError("still")]

    def fails_at_first(rows: QuerySet[FluenceAccount], **values: object) -> int:
        if failures and values.get("poll_lease_until", values) is None:
            raise failures.pop()
        return update(rows, **values)

    monkeypatch.setattr(polling, "DATABASE_PAUSE", 0.0)
    monkeypatch.setattr(QuerySet, "update", fails_at_first)
    account_poll(account.pk)
    assert not failures
    account.refresh_from_db()
    assert account.poll_lease_until is None
