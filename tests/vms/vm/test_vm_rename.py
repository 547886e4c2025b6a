"""Renaming VMs."""

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.fluence.renting import rent
from tests.vms.deploying import (
    RENAME,
    Clock,
    Killed,
    deploy,
    dies,
    entry_of,
    launched,
    log_of,
    poll,
    settle_for,
)
from vms.core.errors import NameTaken, NotAllowedNow
from vms.models import VM
from vms.operations import engine
from vms.vm.services import vm_rename

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def vm(team: Team, petra: Actor, clock: Clock) -> VM:
    return launched(team, petra, clock)


def test_it_renames_at_fluence_and_here(
    vm: VM, team: Team, petra: Actor, fluence: FluenceClient
) -> None:
    revision = vm.revision
    assert vm_rename(vm=vm, actor=petra, name="api-1").state == "succeeded"
    vm.refresh_from_db()
    assert vm.name == "api-1"
    assert vm.revision > revision
    assert vm.price_hour
    assert vm.vcpu == 2, "what a rename's answer leaves out is kept"
    assert fluence.vms.get(vm.remote_id or "").name == "api-1"
    assert log_of(team)[-2:] == ["vm.rename requested", "vm.rename succeeded"]
    assert entry_of(team, "vm.rename", "requested").changes == {"name": ["web-1", "api-1"]}


def test_another_vms_name_is_refused_but_its_own_in_another_case_is_not(
    vm: VM, team: Team, petra: Actor
) -> None:
    deploy(team, petra, "web-2")
    with pytest.raises(NameTaken, match="web-2"):
        vm_rename(vm=vm, actor=petra, name="WEB-2")
    VM.objects.filter(pk=vm.pk).update(name="Web-1")  # of before there was a rule
    vm.refresh_from_db()
    assert vm_rename(vm=vm, actor=petra, name="web-1").state == "succeeded"


def test_a_name_that_only_fluence_knows_is_refused_beside_the_form(
    vm: VM, petra: Actor, fluence: FluenceClient[Changes]
) -> None:
    rent(fluence, "db-1")
    operation = vm_rename(vm=vm, actor=petra, name="db-1")
    assert (operation.state, operation.error_code) == ("failed", "name_taken")
    vm.refresh_from_db()
    assert (vm.name, vm.problem) == ("web-1", "")


def test_a_vm_that_is_gone_at_fluence_is_lost(vm: VM, petra: Actor, sim: RunningSimulator) -> None:
    sim.world.state.vms.clear()
    operation = vm_rename(vm=vm, actor=petra, name="api-1")
    assert (operation.state, operation.error_code) == ("failed", "not_found")
    vm.refresh_from_db()
    assert (vm.status, vm.poll_after) == ("lost", None)
    assert "Fluence no longer knows this" in vm.problem
    with pytest.raises(NotAllowedNow, match="is lost"):
        vm_rename(vm=vm, actor=petra, name="api-1")


@pytest.mark.parametrize("fault", ["timeout_after", "timeout_before"])
def test_an_unknown_outcome_is_settled_by_looking(
    vm: VM, team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fault: str
) -> None:
    sim.faults.add(fault, operation=RENAME, times=1)  # type: ignore[arg-type]
    operation = vm_rename(vm=vm, actor=petra, name="api-1")
    assert operation.state == "unknown"
    with pytest.raises(NotAllowedNow, match="is under way"):
        vm_rename(vm=vm, actor=petra, name="api-2")
    settle_for(clock, 30)
    vm.refresh_from_db()
    assert (vm.name, vm.problem) == ("api-1", "")
    assert log_of(team, "vm.rename") == [
        "vm.rename requested",
        "vm.rename unknown",
        *(["vm.rename requested"] if fault == "timeout_before" else []),
        "vm.rename succeeded",
    ]


def test_a_poll_that_sees_the_new_name_first_reports_no_drift(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    operation = deploy(team, petra)
    vm = VM.objects.get()
    sim.faults.add("timeout_after", operation=RENAME, times=1)
    vm_rename(vm=vm, actor=petra, name="api-1")
    poll(operation.account)
    vm.refresh_from_db()
    assert vm.name == "api-1"
    settle_for(clock, 5)
    assert log_of(team, "vm.drift") == []


def test_one_killed_before_it_was_sent_is_done_by_a_worker(
    vm: VM, petra: Actor, clock: Clock
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "_mark_sent", dies)
        with pytest.raises(Killed):
            vm_rename(vm=vm, actor=petra, name="api-1")
    settle_for(clock, 70)
    vm.refresh_from_db()
    assert vm.name == "api-1"


def test_a_vm_that_fluence_does_not_know_yet_cannot_be_renamed(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    sim.faults.add("timeout_after", operation="POST /v2/vms", times=1)
    deploy(team, petra)
    with pytest.raises(NotAllowedNow, match="is requested"):
        vm_rename(vm=VM.objects.get(), actor=petra, name="api-1")


def test_a_viewer_is_refused(vm: VM, team: Team, viewer: User) -> None:
    with pytest.raises(PermissionDenied, match="you may not rename VMs"):
        vm_rename(vm=vm, actor=actor_of(viewer, team), name="api-1")
