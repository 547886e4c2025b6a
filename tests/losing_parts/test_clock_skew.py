"""Clocks that stand minutes apart: the panel's and Fluence's, and those of two workers."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import (
    CREATE,
    Clock,
    deploy,
    deploy_many,
    launched,
    log_of,
    poll,
    settle,
    settle_for,
)
from vms.core.clients import CLOCK, fluence_now
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, Operation
from vms.operations import engine
from vms.vm.kinds import CREATE as DEPLOY

pytestmark = pytest.mark.usefixtures("catalogue", "key")
MINUTES = (-10, -3, 3, 10)
LATER = 200


@pytest.fixture(params=MINUTES, ids=lambda minutes: f"fluence{minutes:+}min")
def skew(request: pytest.FixtureRequest, sim: RunningSimulator, fluence: FluenceClient) -> int:
    """Fluence's clock stands so many minutes before the panel's. It is heard with an answer."""
    minutes: int = request.param
    sim.world.clock.advance(minutes * 60)
    fluence.vms.list()
    assert abs(fluence_now() - timezone.now() - timedelta(minutes=minutes)) < timedelta(seconds=2)
    return minutes


@pytest.mark.usefixtures("skew")
def test_a_create_that_was_left_unanswered_is_found(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fluence: FluenceClient
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1, seconds=1)
    assert deploy(team, petra).state == "unknown"
    settle_for(clock, LATER)
    vm = VM.objects.get()
    assert [remote.id for remote in fluence.vms.find_by_name("web-1")] == [vm.remote_id]
    assert log_of(team) == ["vm.create requested", "vm.create unknown", "vm.create succeeded"]
    assert len(sim.requests(CREATE)) == 1


@pytest.mark.usefixtures("skew")
def test_one_that_fluence_shows_late_is_waited_for(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fluence: FluenceClient
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=80)
    sim.faults.add("timeout_after", operation=CREATE, times=1, seconds=1)
    deploy(team, petra)
    settle_for(clock, LATER)
    assert len(fluence.vms.find_by_name("web-1")) == 1
    assert VM.objects.get().remote_id
    assert len(sim.requests(CREATE)) == 1


@pytest.mark.usefixtures("skew")
def test_one_that_was_not_done_is_not_taken_for_an_older_one_of_its_name(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fluence: FluenceClient
) -> None:
    vm = launched(team, petra, clock)
    asked = Operation.objects.get(kind="vm.create").request
    fluence.for_changes().vms.terminate(vm.remote_id or "")
    clock.advance(240)
    poll(FluenceAccount.objects.get(team=team))
    # As after a restored backup: the panel does not know the older one any more.
    Operation.objects.all().delete()
    VM.objects.all().delete()
    sim.faults.add("timeout_before", operation=CREATE, times=1, seconds=1)
    operation = deploy(team, petra)
    assert asked["cluster_id"] == operation.request["cluster_id"]
    settle_for(clock, LATER)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("unknown", True)


@pytest.mark.usefixtures("skew")
def test_new_vms_are_asked_about_as_often_as_ever(
    team: Team, petra: Actor, account: FluenceAccount
) -> None:
    deploy(team, petra)
    poll(account)
    vm = VM.objects.get()
    assert vm.poll_after
    assert vm.poll_after - timezone.now() < timedelta(seconds=4)


@pytest.mark.usefixtures("skew")
def test_what_is_paid_and_when_it_was_made_is_told_as_fluence_told_it(
    team: Team, petra: Actor, clock: Clock, fluence: FluenceClient
) -> None:
    vm = launched(team, petra, clock)
    remote = fluence.vms.get(vm.remote_id or "")
    assert (vm.created_at, vm.paid_until) == (remote.created_at, remote.paid_until)


Worker = Callable[[int, Callable[[], None]], None]


@pytest.fixture
def another_worker(clock: Clock, sim: RunningSimulator) -> Worker:
    """Let a worker on a machine whose clock is ahead (seconds) of this one's do something now."""

    def move(seconds: int) -> None:
        clock.set_apart(seconds)
        sim.clock.advance(-seconds)
        CLOCK.forget()

    def at_work(ahead: int, work: Callable[[], None]) -> None:
        move(ahead)
        work()
        move(-ahead)

    return at_work


@pytest.mark.parametrize("ahead", [300, -300])
def test_a_second_worker_with_another_clock_sends_nothing_twice(
    ahead: int,
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    fluence: FluenceClient,
    another_worker: Worker,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    send = DEPLOY.send

    def send_slowly(client: FluenceClient[Changes], slow: Operation) -> RemoteVM:
        monkeypatch.setattr(DEPLOY, "send", send)
        for _ in range(4):
            clock.advance(4)
            another_worker(ahead, settle)
        return send(client, slow)

    monkeypatch.setattr(DEPLOY, "send", send_slowly)
    engine.operation_run(operation.pk, patient=True)
    for _ in range(20):
        clock.advance(10)
        settle()
        another_worker(ahead, settle)
    operation.refresh_from_db()
    assert operation.state == "succeeded"
    for name in ("web-1", "web-2"):
        vm = VM.objects.get(name=name)
        assert [remote.id for remote in fluence.vms.find_by_name(name)] == [vm.remote_id]
    assert len(sim.requests(CREATE)) == 2
    assert chain_verify(team.pk)[1] is None


def test_a_vm_missing_from_a_list_is_not_given_up_sooner_by_a_worker_that_is_ahead(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    another_worker: Worker,
) -> None:
    vm = launched(team, petra, clock)
    record = sim.world.state.vms[vm.remote_id or ""]
    record.visible_from = sim.world.clock.now() + timedelta(seconds=30)
    account_reconcile(account.pk)
    vm.refresh_from_db()
    assert vm.absent_since
    another_worker(300, lambda: account_reconcile(account.pk))
    vm.refresh_from_db()
    assert vm.status == "launched"
