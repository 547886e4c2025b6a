"""What somebody asked for is not sent once they have left the team or lost the role for it."""

from collections.abc import Callable
from uuid import uuid4

import pytest

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from tests.vms.deploying import (
    CREATE,
    TERMINATE,
    Clock,
    deploy,
    deploy_many,
    entry_of,
    launched,
    settle_for,
)
from vms.batch.selectors import batch_progress
from vms.batch.services import batch_retry
from vms.models import VM, Operation
from vms.vm.services import vms_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def leaves(user: User) -> None:
    Membership.objects.get(user=user).delete()


def becomes_viewer(user: User) -> None:
    Membership.objects.filter(user=user).update(role=Role.VIEWER)


def is_closed(user: User) -> None:
    User.objects.filter(pk=user.pk).update(is_active=False)


every_way = pytest.mark.parametrize("loses_it", [leaves, becomes_viewer, is_closed])


@every_way
def test_vms_are_not_made(
    team: Team,
    operator: User,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    loses_it: Callable[[User], None],
) -> None:
    deploy_many(team, petra, "web", count=2)
    loses_it(operator)
    settle_for(clock, 30)
    assert sim.requests(CREATE) == []
    assert {(o.state, o.error_code) for o in Operation.objects.filter(kind="vm.create")} == {
        ("failed", "permission_denied")
    }
    told = "Petra may not do this any more. Nothing was changed."
    assert {(vm.status, vm.problem) for vm in VM.objects.all()} == {("refused", told)}
    assert entry_of(team, "vm.create", "failed").message == told


@every_way
def test_vms_are_not_ended_unless_somebody_else_asks_again(
    team: Team,
    operator: User,
    petra: Actor,
    olga: Actor,
    sim: RunningSimulator,
    clock: Clock,
    loses_it: Callable[[User], None],
) -> None:
    vm = launched(team, petra, clock)
    batch = vms_terminate(team=team, actor=petra, vms=[vm], form_key=uuid4())
    loses_it(operator)
    settle_for(clock, 30)
    vm.refresh_from_db()
    assert (vm.status, batch_progress(batch).failed) == ("launched", 1)
    assert sim.requests(TERMINATE) == []
    batch_retry(batch=batch, actor=olga)
    settle_for(clock, 30)
    assert len(sim.requests(TERMINATE)) == 1


def test_what_was_sent_before_is_settled_all_the_same(
    team: Team, operator: User, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    assert deploy(team, petra).state == "unknown"
    leaves(operator)
    settle_for(clock, 30)
    assert Operation.objects.get(kind="vm.create").state == "succeeded"
    assert VM.objects.get().remote_id
