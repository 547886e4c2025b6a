"""Who polls an account: however many beats and workers there are, one at a time, queued once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Lock
from time import monotonic, sleep
from typing import Any
from uuid import uuid4

import pytest
from celery import current_app
from django.db import connection
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.simulator.accounts import SECOND_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import LAUNCH, LIST, Clock, deploy
from vms import tasks
from vms.mirror import polling
from vms.mirror.polling import IN_QUEUE, account_poll, accounts_claim
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def due_now() -> None:
    VM.objects.update(poll_after=timezone.now())


def in_threads(count: int, job: Callable[[], object]) -> list[object]:
    start = Barrier(count)

    def run(_: int) -> object:
        start.wait()
        try:
            return job()
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as threads:
        return list(threads.map(run, range(count)))


def test_an_account_is_claimed_once_until_the_claim_lapses(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    deploy(team, petra)
    due_now()
    assert accounts_claim()[0] == [account.pk]
    assert accounts_claim()[0] == []
    clock.advance(IN_QUEUE.total_seconds() + 1)
    assert accounts_claim()[0] == [account.pk], "the queue may have lost it"


def test_only_the_newest_claim_polls(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    due_now()
    _, lapsed = accounts_claim()
    clock.advance(IN_QUEUE.total_seconds() + 1)
    _, claim = accounts_claim()
    before = len(sim.requests(LIST))
    clock.advance(LAUNCH)
    assert account_poll(account.pk, lapsed) == 0
    assert len(sim.requests(LIST)) == before
    assert account_poll(account.pk, claim) == 1
    assert account_poll(account.pk, claim) == 0
    assert len(sim.requests(LIST)) == before + 1


def test_a_poll_that_finds_its_account_leased_paused_or_gone_changes_nothing(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    clock.advance(LAUNCH)
    due_now()
    before = len(sim.requests(LIST))
    later, accounts = timezone.now() + timedelta(seconds=60), FluenceAccount.objects
    accounts.update(poll_lease_until=later)
    assert account_poll(account.pk) == 0
    accounts.update(poll_lease_until=None, poll_after=later)
    assert account_poll(account.pk) == 0
    assert account_poll(uuid4()) == 0
    assert len(sim.requests(LIST)) == before
    accounts.update(poll_after=timezone.now())
    assert account_poll(account.pk) == 1


def test_the_account_that_has_waited_longest_comes_first(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    team_of: Callable[[str], FluenceAccount],
) -> None:
    deploy(team, petra)
    due_now()
    other = team_of(SECOND_KEY)
    mine = VM.objects.get()
    mine.pk, mine.account, mine.team = None, other, other.team
    mine.poll_after = timezone.now() - timedelta(seconds=30)
    mine.save(force_insert=True)
    assert accounts_claim()[0] == [other.pk, account.pk]


@pytest.mark.django_db(transaction=True)
def test_beat_that_comes_round_while_the_queue_is_full_adds_nothing(
    team: Team, petra: Actor, account: FluenceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(team, petra)
    due_now()
    sent: list[object] = []
    monkeypatch.setattr(current_app, "send_task", lambda *args, **_: sent.append(args))
    in_threads(2, lambda: [tasks.poll_due() for _ in range(5)])
    assert len(sent) == 1


@pytest.mark.django_db(transaction=True)
def test_two_beats_and_ten_workers_never_poll_a_key_at_once(
    team: Team, petra: Actor, account: FluenceAccount, monkeypatch: pytest.MonkeyPatch
) -> None:
    deploy(team, petra)
    lock, now_polling, most, polls = Lock(), 0, 0, 0
    poll_batch = polling._chunk_poll

    def counted(*args: Any) -> int:
        nonlocal now_polling, most, polls
        with lock:
            now_polling += 1
            polls += 1
            most = max(most, now_polling)
        try:
            sleep(0.05)
            return poll_batch(*args)
        finally:
            with lock:
                now_polling -= 1

    monkeypatch.setattr(polling, "_chunk_poll", counted)

    deadline = monotonic() + 30

    def work() -> None:
        while polls < 6 and monotonic() < deadline:
            due_now()
            claimed, claim = accounts_claim()
            for pk in [*claimed, account.pk]:
                account_poll(pk, claim if claimed else None)

    in_threads(10, work)
    assert polls >= 6
    assert most == 1


def test_an_account_of_many_batches_keeps_its_lease_from_call_to_call(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    deploy(team, petra)
    monkeypatch.setattr(polling, "_chunks_due", lambda _: iter([["a"], ["b"], ["c"]]))
    asked: list[str] = []

    def slow(_: FluenceAccount, batch: list[str]) -> int:
        asked.extend(batch)
        clock.advance(50)
        assert accounts_claim()[0] == [], "nobody else takes it meanwhile"
        return 0

    monkeypatch.setattr(polling, "_chunk_poll", slow)
    account_poll(account.pk)
    assert asked == ["a", "b", "c"]
