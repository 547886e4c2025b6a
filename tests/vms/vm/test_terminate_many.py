"""Terminating many VMs: one operation each, carried out by the workers."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.deploying import LAUNCH, TERMINATE, Clock, deploy_many, log_of, poll, settle_for
from vms.batch.selectors import batch_progress
from vms.core.errors import NotAllowedNow
from vms.models import VM, Batch, Operation
from vms.vm.services import vm_terminate, vms_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")


@pytest.fixture
def vms(team: Team, petra: Actor, clock: Clock) -> list[VM]:
    """Three launched VMs: web-1 to web-3."""
    operations = deploy_many(team, petra, "web", count=3)
    settle_for(clock, 15)
    clock.advance(LAUNCH)
    poll(operations[0].account)
    return list(VM.objects.filter(status="launched").order_by("name"))


def test_each_is_ended_by_the_workers(
    vms: list[VM], team: Team, petra: Actor, clock: Clock, sim: RunningSimulator
) -> None:
    batch = vms_terminate(team=team, actor=petra, vms=vms, form_key=uuid4())
    assert batch_progress(batch).waiting == 3
    assert sim.requests(TERMINATE) == []
    settle_for(clock, 15)
    poll(vms[0].account)
    assert set(VM.objects.values_list("status", flat=True)) == {"terminated"}
    progress = batch_progress(batch)
    assert (progress.succeeded, progress.total) == (3, 3)


def test_the_log_has_an_entry_of_the_batch_and_entries_of_each_vm(
    vms: list[VM], team: Team, petra: Actor, clock: Clock
) -> None:
    vms_terminate(team=team, actor=petra, vms=vms, form_key=uuid4())
    settle_for(clock, 15)
    assert log_of(team, "vm.terminate") == [
        *["vm.terminate requested"] * 3,
        *["vm.terminate succeeded"] * 3,
    ]
    entry = AuditEntry.objects.filter(action="batch.begin").latest("sequence")
    assert (entry.actor_name, entry.outcome) == (petra.name, "requested")
    assert entry.target_name == "Terminate 3 VMs"
    assert entry.changes == {"vms": [None, "web-1, web-2, web-3"]}


def test_those_that_cannot_be_ended_are_left_out_with_the_reason(
    vms: list[VM], team: Team, petra: Actor
) -> None:
    vm_terminate(vm=vms[0], actor=petra)
    batch = vms_terminate(team=team, actor=petra, vms=vms, form_key=uuid4())
    assert batch_progress(batch).total == 2
    assert batch.left_out == ["web-1 is being terminated already."]


def test_with_none_that_can_be_ended_nothing_is_begun(
    vms: list[VM], team: Team, petra: Actor
) -> None:
    vm_terminate(vm=vms[0], actor=petra)
    before = log_of(team)
    with pytest.raises(NotAllowedNow, match="they have changed meanwhile"):
        vms_terminate(team=team, actor=petra, vms=vms[:1], form_key=uuid4())
    assert log_of(team) == before


def test_a_form_sent_twice_is_one_batch(vms: list[VM], team: Team, petra: Actor) -> None:
    key = uuid4()
    first = vms_terminate(team=team, actor=petra, vms=vms, form_key=key)
    assert vms_terminate(team=team, actor=petra, vms=vms, form_key=key) == first
    assert Batch.objects.filter(kind="vm.terminate").count() == 1
    assert Operation.objects.filter(kind="vm.terminate").count() == 3


def test_vms_of_another_team_are_not_touched(
    vms: list[VM], other_team: Team, outsider: User, petra: Actor, team: Team
) -> None:
    VM.objects.filter(pk=vms[0].pk).update(team=other_team)
    batch = vms_terminate(team=team, actor=petra, vms=vms, form_key=uuid4())
    assert [each.target_name for each in batch_progress(batch).operations] == ["web-2", "web-3"]


def test_a_viewer_may_not(vms: list[VM], team: Team, viewer: User) -> None:
    with pytest.raises(PermissionDenied):
        vms_terminate(team=team, actor=actor_of(viewer, team), vms=vms, form_key=uuid4())
    assert not Operation.objects.filter(kind="vm.terminate").exists()
