"""Terminating VMs."""

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.deploying import TERMINATE, Clock, entry_of, launched, log_of, poll, settle_for
from vms.core.errors import NotAllowedNow
from vms.models import VM
from vms.vm.services import vm_dismiss, vm_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def vm(team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


def test_it_terminates_and_is_polled_to_the_end(
    vm: VM, team: Team, petra: Actor, clock: Clock
) -> None:
    operation = vm_terminate(vm=vm, actor=petra)
    assert operation.state == "succeeded"
    vm.refresh_from_db()
    assert (vm.status, vm.poll_after is None) == ("terminating", False)
    clock.advance(5)
    poll(vm.account)
    vm.refresh_from_db()
    assert (vm.status, vm.poll_after) == ("terminated", None)
    assert vm.terminated_at
    assert log_of(team)[-3:] == [
        "vm.terminate requested",
        "vm.terminate succeeded",
        "vm.status succeeded",
    ]
    entry = entry_of(team, "vm.status", "succeeded")
    assert (entry.actor_name, entry.changes) == (
        "Fluence",
        {"status": ["terminating", "terminated"]},
    )


def test_its_boot_disk_stays_and_is_still_shown(vm: VM, petra: Actor, clock: Clock) -> None:
    vm_terminate(vm=vm, actor=petra)
    clock.advance(5)
    poll(vm.account)
    vm.refresh_from_db()
    assert [disk.is_boot_disk for disk in vm.attached_disks] == [True]
    assert vm.storage_price_hour > 0


def test_a_second_click_changes_nothing(vm: VM, petra: Actor, sim: RunningSimulator) -> None:
    seen_before = VM.objects.get(pk=vm.pk)
    vm_terminate(vm=vm, actor=petra)
    with pytest.raises(NotAllowedNow, match="is being terminated already"):
        vm_terminate(vm=seen_before, actor=petra)
    assert len(sim.requests(TERMINATE)) == 1


def test_what_fluence_refuses_is_told_and_the_row_stays_as_it_was(
    vm: VM, petra: Actor, sim: RunningSimulator
) -> None:
    body = '{"code": "not_acceptable", "error": "terminate is not allowed while restarting."}'
    sim.faults.add("status", operation=TERMINATE, status=406, body=body, times=1)
    operation = vm_terminate(vm=vm, actor=petra)
    assert (operation.state, operation.error_code) == ("failed", "not_acceptable")
    assert "not allowed while restarting" in operation.message
    vm.refresh_from_db()
    assert (vm.status, vm.problem) == ("launched", "")


def test_one_that_is_gone_at_fluence_is_lost_and_can_be_dismissed(
    vm: VM, team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    sim.world.state.vms.clear()
    assert vm_terminate(vm=vm, actor=petra).error_code == "not_found"
    vm.refresh_from_db()
    assert vm.status == "lost"
    vm_dismiss(vm=vm, actor=petra)
    vm.refresh_from_db()
    assert vm.hidden_at
    assert log_of(team)[-2:] == ["vm.terminate failed", "vm.dismiss succeeded"]


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before"])
def test_an_unknown_outcome_is_settled_by_looking(
    vm: VM, team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fault: str
) -> None:
    sim.faults.add(fault, operation=TERMINATE, times=1)  # type: ignore[arg-type]
    assert vm_terminate(vm=vm, actor=petra).state == "unknown"
    settle_for(clock, 30)
    vm.refresh_from_db()
    assert vm.status in {"terminating", "terminated"}
    assert vm.problem == ""
    assert log_of(team, "vm.terminate") == [
        "vm.terminate requested",
        "vm.terminate unknown",
        *(["vm.terminate requested"] if fault == "timeout_before" else []),
        "vm.terminate succeeded",
    ]


def test_one_that_ended_meanwhile_is_left_alone(
    vm: VM, petra: Actor, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    fluence.vms.terminate(vm.remote_id or "")
    clock.advance(5)
    assert vm_terminate(vm=vm, actor=petra).error_code == "not_acceptable"


def test_a_running_vm_cannot_be_dismissed(vm: VM, petra: Actor) -> None:
    with pytest.raises(NotAllowedNow, match="exists at Fluence"):
        vm_dismiss(vm=vm, actor=petra)


def test_a_viewer_is_refused(vm: VM, team: Team, viewer: User, sim: RunningSimulator) -> None:
    with pytest.raises(PermissionDenied, match="you may not terminate VMs"):
        vm_terminate(vm=vm, actor=actor_of(viewer, team))
    assert sim.requests(TERMINATE) == []
