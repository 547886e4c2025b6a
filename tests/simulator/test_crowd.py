"""A world of thousands of VMs: looked through less often, and yet everything happens in time."""

from datetime import timedelta
from typing import Any

import pytest

from controlpanel.simulator import lifecycle
from controlpanel.simulator.lifecycle import CROWD, settle
from controlpanel.simulator.world import World
from tests.bench.fluence import world_with


@pytest.fixture(scope="module")
def world() -> World:
    return world_with(accounts=2, vms=CROWD // 2 + 1, speed=1.0)


def test_what_was_due_meanwhile_happens_as_if_in_time(world: World) -> None:
    settle(world)
    due = {vm.id: vm.due_at for vm in world.state.vms.values()}
    world.clock.advance(200)
    settle(world)
    vms = list(world.state.vms.values())
    assert {vm.status for vm in vms} == {"launched"}
    for vm in vms:
        was_due = due[vm.id]
        assert was_due
        assert vm.ready_since
        assert vm.ready_since > was_due + timedelta(seconds=50)


def test_it_is_not_looked_through_at_every_request(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = []
    look = lifecycle._Settling

    def counted(*args: Any) -> object:
        looks.append(args)
        return look(*args)

    monkeypatch.setattr(lifecycle, "_Settling", counted)
    world.clock.advance(10)
    for _ in range(50):
        settle(world)
    assert 1 <= len(looks) < 50
    before = len(looks)
    world.clock.advance(10)
    settle(world)
    assert len(looks) == before + 1


def test_each_account_sees_its_own_vms_also_a_new_one(world: World) -> None:
    owners = sorted({vm.user_id for vm in world.state.vms.values()})
    assert [len(world.vms_of(owner)) for owner in owners] == [CROWD // 2 + 1] * 2
    first = world.vms_of(owners[0])[0]
    copy = first.model_copy(update={"id": "new"})
    world.state.vms["new"] = copy
    assert copy in world.vms_of(owners[0])
    assert world.vms_of("nobody") == []
