"""Making and canceling a top-up: killed at each point, and settled under each ambiguous end."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.teams.models import Team
from tests.vms.deploying import Killed, die_at, log_of, settle_for
from tests.vms.resource.changes import Change
from tests.vms.stage import Stage
from vms.models import Operation, TopUp
from vms.operations.crash_points import CRASH_POINTS
from vms.operations.registry import kinds_all
from vms.top_up.services import top_up_cancel, top_up_create

State = Operation.State
# Longer than what is proved not to have been done waits.
SETTLED = 180


def _make(stage: Stage, _made: None = None) -> Operation:
    return top_up_create(amount_cents=5000, method_code="card", team=stage.team, actor=stage.actor)


def _open(stage: Stage) -> TopUp:
    _make(stage)
    return TopUp.objects.get()


def _cancel(stage: Stage, top_up: TopUp) -> Operation:
    return top_up_cancel(top_up=top_up, team=stage.team, actor=stage.actor)


def _statuses(stage: Stage) -> list[str]:
    return [each.status for each in stage.sim.world.state.top_ups.values()]


CHANGES = {
    "top_up.create": Change(
        "POST /v2/top-ups", lambda _stage: None, _make, lambda stage: _statuses(stage) == ["open"]
    ),
    "top_up.cancel": Change(
        "DELETE /v2/top-ups/{intent_id}",
        _open,
        _cancel,
        lambda stage: _statuses(stage) == ["canceled"],
    ),
}
each_change = pytest.mark.parametrize("name", CHANGES)


@pytest.fixture
def paying(stage: Stage, olga: Actor) -> Stage:
    stage.actor = olga
    return stage


def test_every_kind_is_among_them() -> None:
    assert {kind.name for kind in kinds_all() if kind.target_type == "top_up"} == set(CHANGES)


@each_change
@pytest.mark.parametrize(
    ("fault", "was_done"),
    [
        ({"kind": "timeout_after"}, True),
        ({"kind": "bad_gateway", "effect": True}, True),
        ({"kind": "server_error"}, False),
        ({"kind": "timeout_before"}, False),
    ],
    ids=lambda of: of["kind"] if isinstance(of, dict) else "",
)
def test_an_ambiguous_end_is_settled_by_looking(
    name: str, fault: dict[str, Any], paying: Stage, *, was_done: bool
) -> None:
    change = CHANGES[name]
    made = change.prepare(paying)
    paying.sim.faults.add(operation=change.endpoint, times=1, **fault)
    assert change.ask(paying, made).state == State.UNKNOWN
    settle_for(paying.clock, SETTLED, step=10)
    operation = Operation.objects.get(kind=name)
    sent = len(paying.sim.requests(change.endpoint))
    if name == "top_up.create" and not was_done:
        assert (operation.state, operation.error_code, sent) == (State.FAILED, "not_done", 1)
        assert not change.done(paying)
    else:
        assert operation.state == State.SUCCEEDED, operation.message
        assert change.done(paying)
        assert sent == (1 if was_done else 2)
        assert [each.status for each in TopUp.objects.all()] == _statuses(paying)


@each_change
@pytest.mark.parametrize("point", CRASH_POINTS)
def test_killed_at_each_point_it_is_done_once_or_not_at_all(
    name: str, point: str, paying: Stage, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    change = CHANGES[name]
    made = change.prepare(paying)
    with monkeypatch.context() as patch:
        die_at(point, patch)
        with pytest.raises(Killed):
            change.ask(paying, made)
    settle_for(paying.clock, SETTLED, step=10)
    sent = len(paying.sim.requests(change.endpoint))
    assert chain_verify(team.pk)[1] is None
    if point == "before_begin_commits":
        assert (sent, change.done(paying)) == (0, False)
        return
    assert sent == 1
    assert change.done(paying)
    assert [each.status for each in TopUp.objects.all()] == _statuses(paying)
    log = log_of(team, name)
    assert (log[0], log[-1]) == (f"{name} requested", f"{name} succeeded")


@each_change
def test_without_the_permission_it_is_refused(name: str, paying: Stage, petra: Actor) -> None:
    change = CHANGES[name]
    made = change.prepare(paying)
    paying.actor = petra
    with pytest.raises(PermissionDenied):
        change.ask(paying, made)
    assert not change.done(paying)
