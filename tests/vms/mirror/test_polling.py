"""Polling: few calls, honest pauses, and each change in the log."""

from datetime import timedelta

import pytest
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from tests.vms.deploying import (
    CREATE,
    LAUNCH,
    LIST,
    Clock,
    deploy,
    entry_of,
    launched,
    log_of,
    poll,
)
from vms.mirror.fields import mirror_changes
from vms.mirror.intervals import next_poll
from vms.mirror.polling import account_poll, accounts_due
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def test_each_status_on_the_way_is_mirrored_and_logged_in_fluences_name(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    deploy(team, petra)
    for _ in range(20):
        clock.advance(0.5)
        poll(account)
    assert VM.objects.get().status == "launched"
    assert log_of(team, "vm.status") == ["vm.status succeeded"] * 2
    entry = entry_of(team, "vm.status", "succeeded")
    assert entry.changes == {"status": ["launching", "launched"]}
    assert (entry.actor_kind, entry.actor_name) == ("fluence", "Fluence")


def test_a_launch_that_fails_is_settled(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("failed_launch", operation=CREATE, times=1)
    deploy(team, petra)
    clock.advance(LAUNCH)
    poll(account)
    vm = VM.objects.get()
    assert (vm.status, vm.poll_after) == ("failed", None)
    assert accounts_due() == []


def test_nothing_is_asked_when_nothing_is_due(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    launched(team, petra, clock)
    before = len(sim.requests(LIST))
    assert accounts_due() == []
    assert account_poll(account.pk) == 0
    assert len(sim.requests(LIST)) == before


def test_what_is_due_within_the_second_is_asked_in_the_same_call(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    for number in range(5):
        deploy(team, petra, f"web-{number}")
    before = len(sim.requests(LIST))
    now = timezone.now()
    for number, vm in enumerate(VM.objects.all()):
        VM.objects.filter(pk=vm.pk).update(poll_after=now + timedelta(seconds=0.15 * number))
    assert accounts_due() == [account.pk]
    account_poll(account.pk)
    assert len(sim.requests(LIST)) == before + 1
    assert accounts_due() == []


def test_the_pauses_grow_with_a_vms_age_and_are_jittered() -> None:
    def pauses(age: float) -> set[float]:
        now = timezone.now()
        vm = VM(status="launching", created_at=now - timedelta(seconds=age))
        polls = [next_poll(vm) for _ in range(30)]
        return {round((at - now).total_seconds(), 6) for at in polls if at}

    # What the loop itself takes makes the last ones a little later.
    slack = 0.2
    for age, typical in ((0, 2), (40, 2), (120, 3.9), (300, 11.9), (3600, 30)):
        found = pauses(age)
        assert 0.85 * typical - slack <= min(found) < max(found) <= 1.15 * typical + slack
        assert len(found) > 20
    assert next_poll(VM(status="launched")) is None


def test_an_older_answer_does_not_overwrite_a_newer_one(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient, clock: Clock
) -> None:
    deploy(team, petra)
    older = fluence.vms.find_by_name("web-1")[0]
    clock.advance(LAUNCH)
    poll(account)
    vm = VM.objects.get()
    assert vm.status == "launched"
    assert mirror_changes(vm, older) == {}


def test_a_vm_missing_from_the_answers_is_lost_only_after_the_grace_period(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    deploy(team, petra)
    sim.world.state.vms.clear()
    poll(account)
    clock.advance(80)
    poll(account)
    vm = VM.objects.get()
    assert vm.status == "new"
    assert vm.absent_since
    clock.advance(15)
    poll(account)
    vm.refresh_from_db()
    assert (vm.status, vm.poll_after) == ("lost", None)
    assert "no longer lists this VM" in vm.problem
    assert log_of(team)[-1] == "vm.drift succeeded"


def test_one_that_is_seen_again_in_time_is_not_missed(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=60)
    deploy(team, petra)
    poll(account)
    assert VM.objects.get().absent_since
    clock.advance(61)
    poll(account)
    clock.advance(91)
    vm = VM.objects.get()
    assert (vm.status, vm.absent_since) == ("launched", None)


def test_a_lost_vm_that_comes_back_is_shown_again_though_it_was_dismissed(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    VM.objects.update(status="lost", said=say("vm_no_longer_listed"), hidden_at=timezone.now())
    account_reconcile(account.pk)
    vm.refresh_from_db()
    assert (vm.status, vm.problem, vm.hidden_at) == ("launched", "", None)
    assert vm.revision_created == vm.revision, "open tabs add its row"
