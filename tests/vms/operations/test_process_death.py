"""A process may die at each step of a create: there is one VM, one row, and a complete log."""

from collections.abc import Callable

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceClient
from controlpanel.fluence.vms import VMs
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from tests.vms.deploying import CREATE, Clock, Killed, deploy_many, dies, log_of, settle, settle_for
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, Operation
from vms.operations import engine, transitions
from vms.operations.settling import operation_settle, operations_orphaned
from vms.vm.kinds import CREATE as DEPLOY

pytestmark = pytest.mark.usefixtures("catalogue", "key")
LEASE = 61
LATER = 200


def dies_after(step: Callable[..., object]) -> Callable[..., None]:
    def stepped(*args: object, **kwargs: object) -> None:
        step(*args, **kwargs)
        raise Killed

    return stepped


# Where it dies.
STEPS = {
    "after claiming": (engine, "_call", dies),
    "while it checks the name": (DEPLOY, "check", dies),
    "before the call is marked as sent": (engine, "_mark_sent", dies),
    "after the call": (VMs, "create", dies_after(VMs.create)),
    "before the outcome is written": (engine, "operation_succeed", dies),
    "while the outcome is written": (DEPLOY, "apply", dies_after(DEPLOY.apply)),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_worker_killed(
    step: str,
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    fluence: FluenceClient,
    clock: Clock,
) -> None:
    owner, name, death = STEPS[step]
    operation = deploy_many(team, petra, "web", count=2, user_data="#!/bin/sh\n")[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(owner, name, death)
        with pytest.raises(Killed):
            engine.operation_run(operation.pk, patient=True)
    assert Operation.objects.get(pk=operation.pk).state == "running"

    settle()
    assert Operation.objects.get(pk=operation.pk).state == "running", "the lease is not out yet"
    settle_for(clock, LATER)

    operation.refresh_from_db()
    assert (operation.state, operation.secret) == ("succeeded", "")
    vm = VM.objects.get(name="web-1")
    assert [remote.id for remote in fluence.vms.find_by_name("web-1")] == [vm.remote_id]
    assert fluence.vms.get(vm.remote_id or "").has_cloud_init
    assert len(sim.requests(CREATE)) == 2, "web-2 is the other one"
    of_web_1 = log_of(team, "vm.create")
    assert of_web_1.count("vm.create requested") == 2
    assert of_web_1.count("vm.create succeeded") == 2
    assert "vm.create failed" not in of_web_1


def test_killed_between_the_mark_and_the_call_it_is_left_to_a_person(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    """It may have been sent, for all that anybody can know."""
    operation = deploy_many(team, petra, "web", count=2, user_data="#!/bin/sh\n")[0]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(DEPLOY, "send", dies)
        with pytest.raises(Killed):
            engine.operation_run(operation.pk, patient=True)
    settle_for(clock, LATER)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    assert operation.secret == ""
    assert len(sim.requests(CREATE)) == 1, "web-2 is the other one"


def test_what_was_sent_before_the_death_and_shows_up_very_late_is_joined_to_it(
    team: Team, petra: Actor, sim: RunningSimulator, fluence: FluenceClient, clock: Clock
) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=95)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "operation_succeed", dies)
        with pytest.raises(Killed):
            engine.operation_run(operation.pk, patient=True)
    clock.advance(92)
    operations_orphaned()
    operation.refresh_from_db()
    assert operation.state == "unknown"
    operation_settle(operation.pk)
    operation.refresh_from_db()
    assert operation.needs_attention, "given up looking for"
    clock.advance(10)
    assert operation.account
    account_reconcile(operation.account.pk)
    assert len(fluence.vms.find_by_name("web-1")) == 1
    assert VM.objects.count() == 2
    assert VM.objects.get(name="web-1").remote_id
    assert len(sim.requests(CREATE)) == 1


def test_a_process_that_was_only_slow_writes_nothing_once_another_has_taken_over(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    slow = engine.operation_claim(operation.pk, Operation.State.PENDING)
    assert slow
    clock.advance(LEASE)
    operations_orphaned()
    engine.operation_run(operation.pk, patient=True)
    before = log_of(team)

    with pytest.raises(engine.LeaseLost):
        engine._mark_sent(slow)
    transitions.operation_fail(slow, code="late", message=say("process_died"))
    transitions.operation_unknown(slow, code="late", message=say("process_died"))
    transitions.operation_again(slow, delay=transitions.FIRST_LOOK)
    transitions.operation_release(slow, delay=transitions.FIRST_LOOK)
    transitions.operation_leave_to_person(slow, say("process_died"))
    operation.refresh_from_db()
    assert (operation.state, operation.message) == ("succeeded", "")
    assert VM.objects.get(name="web-1").problem == ""
    assert log_of(team) == before
    assert len(sim.requests(CREATE)) == 1


def test_two_processes_carry_it_out_once(team: Team, petra: Actor, sim: RunningSimulator) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    assert engine.operation_claim(operation.pk, Operation.State.PENDING)
    assert engine.operation_run(operation.pk, patient=True).state == "running"
    assert sim.requests(CREATE) == []
