"""Each change of a disk, an address or a network: done, refused, killed at each point, and
settled under each ambiguous end.
"""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.chain import chain_verify
from tests.cast import actor_of
from tests.vms.deploying import Killed, die_at, log_of, settle_for
from tests.vms.stage import Stage
from vms.models import Operation
from vms.operations.crash_points import CRASH_POINTS
from vms.operations.registry import kinds_all

from .changes import CHANGES

State = Operation.State
# Longer than what is repeatable waits before it is sent again, and than a lease is held.
SETTLED = 180
each_change = pytest.mark.parametrize("name", CHANGES)


def test_every_kind_is_among_them() -> None:
    types = {"storage", "public_ip", "vpc", "subnet", "security_group"}
    kinds = {kind.name for kind in kinds_all() if kind.target_type in types}
    assert kinds | {"vm.set_group"} == set(CHANGES)


@each_change
def test_it_is_done_once_however_often_its_form_is_sent(name: str, stage: Stage) -> None:
    change = CHANGES[name]
    made = change.prepare(stage)
    before = len(stage.sim.requests(change.endpoint))
    operation = change.ask(stage, made)
    assert operation.state == State.SUCCEEDED, operation.message
    assert change.ask(stage, made).pk == operation.pk
    assert len(stage.sim.requests(change.endpoint)) - before == 1
    assert change.done(stage)
    assert log_of(stage.team, name) == [f"{name} requested", f"{name} succeeded"]


@each_change
def test_without_the_permission_it_is_refused(name: str, stage: Stage, viewer: User) -> None:
    change = CHANGES[name]
    made = change.prepare(stage)
    stage.actor = actor_of(viewer, stage.team)
    with pytest.raises(PermissionDenied):
        change.ask(stage, made)
    assert not change.done(stage)


@each_change
@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "timeout_after"},
        {"kind": "truncated"},
        {"kind": "bad_gateway", "effect": True},
        {"kind": "server_error"},
        {"kind": "timeout_before"},
    ],
    ids=lambda fault: fault["kind"],
)
def test_an_ambiguous_end_is_settled_by_looking(
    name: str, fault: dict[str, Any], stage: Stage
) -> None:
    change = CHANGES[name]
    made = change.prepare(stage)
    before = len(stage.sim.requests(change.endpoint))
    stage.sim.faults.add(operation=change.endpoint, times=1, **fault)
    assert change.ask(stage, made).state == State.UNKNOWN
    was_done = fault["kind"] not in {"server_error", "timeout_before"}
    settle_for(stage.clock, SETTLED, step=10)
    operation = Operation.objects.get(kind=name)
    sent = len(stage.sim.requests(change.endpoint)) - before
    if change.is_create and not was_done:
        # Nothing proves that it was not made: it is for a person, and never sent again.
        assert (operation.state, operation.needs_attention, sent) == (State.UNKNOWN, True, 1)
        assert not change.done(stage)
    else:
        assert operation.state == State.SUCCEEDED, operation.message
        assert change.done(stage)
        assert sent == (1 if was_done else 2)


@each_change
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_at_each_point_it_is_done_once_or_not_at_all(
    name: str, point: str, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[name]
    made = change.prepare(stage)
    before = len(stage.sim.requests(change.endpoint))
    with monkeypatch.context() as patch:
        die_at(point, patch)
        with pytest.raises(Killed):
            change.ask(stage, made)
    settle_for(stage.clock, SETTLED, step=10)
    sent = len(stage.sim.requests(change.endpoint)) - before
    operation = Operation.objects.filter(kind=name).first()
    assert chain_verify(stage.team.pk)[1] is None
    if point == "before_begin_commits":
        assert (operation, sent, change.done(stage)) == (None, 0, False)
        return
    assert operation
    if change.is_create and point == "after_mark_sent":
        assert (operation.needs_attention, sent, change.done(stage)) == (True, 0, False)
        return
    assert operation.state == State.SUCCEEDED, operation.message
    assert change.done(stage)
    assert sent == 1
    log = log_of(stage.team, name)
    assert log[0] == f"{name} requested"
    assert log[-1] == f"{name} succeeded"
