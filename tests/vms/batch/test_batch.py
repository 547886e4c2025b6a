"""A batch can be stopped, resumed, and retried for what failed."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.deploying import (
    CREATE,
    LAUNCH,
    TERMINATE,
    Clock,
    deploy_many,
    log_of,
    poll,
    settle_for,
)
from vms.batch.selectors import batch_progress
from vms.batch.services import batch_resume, batch_retry, batch_stop
from vms.core.errors import NotAllowedNow
from vms.models import VM, Batch
from vms.operations.engine import operation_run
from vms.vm.services import vms_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")
REFUSAL = '{"code": "not_acceptable", "error": "terminate is not allowed now."}'


@pytest.fixture
def batch(team: Team, petra: Actor, clock: Clock) -> Batch:
    """Three launched VMs that are to be terminated; nothing is sent yet."""
    operations = deploy_many(team, petra, "web", count=3)
    settle_for(clock, 15)
    clock.advance(LAUNCH)
    poll(operations[0].account)
    return vms_terminate(team=team, actor=petra, vms=list(VM.objects.all()), form_key=uuid4())


def test_a_rename_is_over_when_fluence_has_taken_it(batch: Batch) -> None:
    batch.operations.update(kind="vm.rename", state="succeeded")
    batch.kind = "vm.rename"
    assert batch_progress(batch).over == 3


def test_what_was_not_sent_can_be_stopped(
    batch: Batch, team: Team, petra: Actor, clock: Clock, sim: RunningSimulator
) -> None:
    operation_run(batch_progress(batch).operations[0].pk, patient=True)
    assert batch_stop(batch=batch, actor=petra) == 2
    settle_for(clock, 30)
    assert len(sim.requests(TERMINATE)) == 1
    progress = batch_progress(batch)
    assert (progress.succeeded, progress.stopped, progress.failed) == (1, 2, 0)
    assert "Stopped by" in progress.operations[1].message
    assert log_of(team)[-3:] == [
        "vm.terminate failed",
        "vm.terminate failed",
        "batch.stop succeeded",
    ]
    assert {vm.problem for vm in VM.objects.all()} == {""}
    assert batch_stop(batch=batch, actor=petra) == 0


def test_what_was_stopped_goes_on_when_resumed(batch: Batch, petra: Actor, clock: Clock) -> None:
    batch_stop(batch=batch, actor=petra)
    assert batch_resume(batch=batch, actor=petra) == []
    settle_for(clock, 15)
    progress = batch_progress(batch)
    assert (progress.succeeded, progress.total) == (3, 3)
    with pytest.raises(NotAllowedNow, match="Nothing is left to do"):
        batch_resume(batch=batch, actor=petra)


def test_only_what_failed_is_retried(
    batch: Batch, team: Team, petra: Actor, clock: Clock, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=TERMINATE, status=406, body=REFUSAL, times=1)
    settle_for(clock, 15)
    assert batch_progress(batch).failed == 1
    before = Team.objects.get().revision
    assert batch_retry(batch=batch, actor=petra) == []
    assert Team.objects.get().revision > before, "open pages hear of it before anything is sent"
    with pytest.raises(NotAllowedNow):
        batch_retry(batch=batch, actor=petra)
    settle_for(clock, 15)
    assert (batch_progress(batch).succeeded, batch_progress(batch).total) == (3, 3)
    assert len(sim.requests(TERMINATE)) == 4
    assert log_of(team, "batch.retry") == ["batch.retry requested"]


def test_a_deployment_of_several_can_be_stopped_and_resumed(
    team: Team, petra: Actor, clock: Clock, sim: RunningSimulator
) -> None:
    batch = deploy_many(team, petra, "api", count=3)[0].batch
    assert batch
    assert batch_stop(batch=batch, actor=petra) == 3
    assert set(VM.objects.values_list("status", flat=True)) == {"refused"}
    batch_resume(batch=batch, actor=petra)
    assert {(vm.status, vm.problem) for vm in VM.objects.all()} == {("requested", "")}
    settle_for(clock, 15)
    assert batch_progress(batch).succeeded == 3
    assert VM.objects.count() == len(sim.requests(CREATE)) == 3


def test_cloud_init_that_was_wiped_is_not_left_out_silently(team: Team, petra: Actor) -> None:
    batch = deploy_many(team, petra, "api", count=2, user_data="#cloud-config")[0].batch
    assert batch
    batch_stop(batch=batch, actor=petra)
    with pytest.raises(NotAllowedNow, match="cloud-init text is wiped"):
        batch_resume(batch=batch, actor=petra)
    assert set(VM.objects.values_list("status", flat=True)) == {"refused"}


def test_a_viewer_may_not(batch: Batch, team: Team, viewer: User) -> None:
    for change in (batch_stop, batch_resume, batch_retry):
        with pytest.raises(PermissionDenied):
            change(batch=batch, actor=actor_of(viewer, team))
    assert batch_progress(batch).waiting == 3
