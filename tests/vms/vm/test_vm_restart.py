"""Restarting a VM: what is sent, what is written, and what is not guessed."""

from collections.abc import Callable
from functools import partial

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.deploying import (
    GRACE,
    LAUNCH,
    RESTART,
    Clock,
    Killed,
    dies,
    entry_of,
    launched,
    log_of,
    poll,
    settle_for,
)
from vms.core.errors import NotAllowedNow
from vms.models import VM, Operation
from vms.operations import engine
from vms.operations.registry import kind_named
from vms.operations.settling import operation_settle
from vms.vm.kinds import SOFT_REBOOT as GENTLY
from vms.vm.services import vm_dismiss, vm_restart

vm_soft_reboot = partial(vm_restart, way=GENTLY)

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def vm(team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


@pytest.mark.parametrize(
    ("service", "status", "action"),
    [(vm_restart, "restarting", "vm.restart"), (vm_soft_reboot, "softRebooting", "vm.soft_reboot")],
)
def test_each_way_is_sent_mirrored_logged_and_watched_to_its_end(
    vm: VM,
    team: Team,
    petra: Actor,
    clock: Clock,
    service: Callable[..., Operation],
    status: str,
    action: str,
) -> None:
    assert service(vm=vm, actor=petra).state == "succeeded"
    vm.refresh_from_db()
    assert (vm.status, vm.allows("restart")) == (status, False)
    assert log_of(team, action) == [f"{action} requested", f"{action} succeeded"]
    assert entry_of(team, action, "requested").changes == {"status": ["launched", status]}
    clock.advance(LAUNCH)
    poll(vm.account)
    vm.refresh_from_db()
    assert vm.status == "launched"


def test_what_its_status_does_not_allow_is_not_asked(
    vm: VM, petra: Actor, sim: RunningSimulator
) -> None:
    vm_restart(vm=vm, actor=petra)
    with pytest.raises(NotAllowedNow, match="web-1 is restarting: it cannot be restarted"):
        vm_soft_reboot(vm=vm, actor=petra)
    assert len(sim.requests(RESTART)) == 1


def test_a_refusal_changes_nothing(vm: VM, petra: Actor, sim: RunningSimulator) -> None:
    body = '{"code": "not_acceptable", "error": "restart is not allowed while updating."}'
    sim.faults.add("status", operation=RESTART, status=406, body=body, times=1)
    operation = vm_restart(vm=vm, actor=petra)
    assert (operation.state, operation.error_code) == ("failed", "not_acceptable")
    vm.refresh_from_db()
    assert (vm.status, vm.problem) == ("launched", "")


def test_an_unanswered_one_is_found_while_it_restarts(
    vm: VM, team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    sim.faults.add("timeout_after", operation=RESTART, times=1)
    operation = vm_restart(vm=vm, actor=petra)
    assert operation.state == "unknown"
    operation_settle(operation.pk)
    assert log_of(team, "vm.restart")[-1] == "vm.restart succeeded"
    assert len(sim.requests(RESTART)) == 1


def test_one_that_never_arrived_fails_after_the_grace_period_and_is_not_sent_again(
    vm: VM, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_before", operation=RESTART, times=1)
    operation = vm_restart(vm=vm, actor=petra)
    settle_for(clock, GRACE - 10)
    operation.refresh_from_db()
    assert operation.state == "unknown"
    settle_for(clock, 20)
    operation.refresh_from_db()
    assert (operation.state, operation.error_code) == ("failed", "not_done")
    assert len(sim.requests(RESTART)) == 1
    assert VM.objects.get().problem.startswith("Not restarted.")


def test_what_may_be_over_already_is_left_to_a_person_and_never_sent_again(
    vm: VM, team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "operation_succeed", dies)
        with pytest.raises(Killed):
            vm_restart(vm=vm, actor=petra)
    settle_for(clock, 200, step=10)
    operation = Operation.objects.get(kind="vm.restart")
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    vm.refresh_from_db()
    assert "Fluence does not tell whether web-1 was restarted" in vm.problem
    assert len(sim.requests(RESTART)) == 1
    vm_dismiss(vm=vm, actor=petra)
    vm.refresh_from_db()
    assert (vm.problem, vm.hidden_at) == ("", None)
    assert log_of(team, "vm.restart")[-1] == "vm.restart failed"


def dies_before_the_call(vm: VM, petra: Actor) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(type(kind_named("vm.restart")), "send", dies)
        with pytest.raises(Killed):
            vm_restart(vm=vm, actor=petra)


def test_a_death_before_the_call_is_made_good_once_nothing_was_touched(
    vm: VM, petra: Actor, sim: RunningSimulator, clock: Clock, fluence: FluenceClient
) -> None:
    dies_before_the_call(vm, petra)
    assert sim.requests(RESTART) == []
    settle_for(clock, 200, step=10)
    assert Operation.objects.get(kind="vm.restart").state == "succeeded"
    assert len(sim.requests(RESTART)) == 1


def test_a_change_seen_just_before_it_is_sent_again_keeps_it_from_being_sent(
    vm: VM, petra: Actor, sim: RunningSimulator, clock: Clock, fluence: FluenceClient[Changes]
) -> None:
    dies_before_the_call(vm, petra)
    operation = Operation.objects.get(kind="vm.restart")
    Operation.objects.filter(pk=operation.pk).update(state="pending", lease_until=None)
    clock.advance(5)
    fluence.vms.rename(vm.remote_id or "", "web-2")
    operation = engine.operation_run(operation.pk, patient=True)
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    assert sim.requests(RESTART) == []


def test_a_viewer_may_not(vm: VM, team: Team, viewer: User, sim: RunningSimulator) -> None:
    for service in (vm_restart, vm_soft_reboot):
        with pytest.raises(PermissionDenied, match="you may not restart VMs"):
            service(vm=vm, actor=actor_of(viewer, team))
    assert sim.requests(RESTART) == []
