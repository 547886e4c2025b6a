"""A create that got no answer: looked for, never paid twice."""

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent, rent_older
from tests.vms.deploying import (
    CREATE,
    GRACE,
    LIST,
    Clock,
    deploy,
    entry_of,
    log_of,
    settle,
    settle_for,
)
from vms.account.services import account_disconnect
from vms.core.errors import NotAllowedNow
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, Operation
from vms.operations.settling import operation_settle
from vms.vm.services import vm_dismiss

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def test_one_that_was_made_is_found_and_adopted(
    team: Team, petra: Actor, sim: RunningSimulator, fluence: FluenceClient, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = deploy(team, petra, user_data="#!/bin/sh\n")
    assert operation.state == "unknown"
    assert operation.reserved_name == "web-1"
    assert Operation.objects.get(pk=operation.pk).secret == "", "sent, and never sent again"
    assert "not known yet whether it was done" in VM.objects.get().problem
    clock.advance(3)
    settle()
    vm = VM.objects.get()
    assert [remote.id for remote in fluence.vms.iterate()] == [vm.remote_id]
    assert vm.problem == ""
    assert len(sim.requests(CREATE)) == 1
    assert log_of(team) == ["vm.create requested", "vm.create unknown", "vm.create succeeded"]
    assert entry_of(team, "vm.create", "succeeded").message == "Found at Fluence by looking."


@pytest.mark.parametrize("fault", ["truncated", "status"])
def test_so_is_one_whose_answer_made_no_sense(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, fault: str
) -> None:
    sim.faults.add(fault, operation=CREATE, times=1, status=502, effect=True)  # type: ignore[arg-type]
    assert deploy(team, petra).state == "unknown"
    settle_for(clock, 5)
    assert VM.objects.get().remote_id
    assert len(sim.requests(CREATE)) == 1


def test_one_that_is_not_seen_is_left_to_a_person_after_the_grace_period_and_never_sent_again(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_before", operation=CREATE, times=1)
    operation = deploy(team, petra)
    settle_for(clock, GRACE - 10)
    operation.refresh_from_db()
    assert operation.state == "unknown", "absence proves nothing yet"
    settle_for(clock, 20)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    settle_for(clock, 120, step=30)
    assert len(sim.requests(CREATE)) == 1
    assert operation.reserved_name == "web-1"
    vm = VM.objects.get()
    assert (vm.status, vm.hidden_at) == ("requested", None)
    assert "does not prove that it was not made" in vm.problem
    assert log_of(team) == ["vm.create requested", "vm.create unknown"]


def test_one_that_shows_up_late_is_waited_for(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=60)
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = deploy(team, petra)
    settle_for(clock, 50)
    operation.refresh_from_db()
    assert operation.state == "unknown"
    settle_for(clock, 20)
    assert VM.objects.get().remote_id
    assert len(sim.requests(CREATE)) == 1


def test_while_fluence_is_away_nothing_is_concluded(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = deploy(team, petra)
    sim.faults.add("maintenance")
    settle_for(clock, 300, step=60)
    operation.refresh_from_db()
    assert operation.state == "unknown"
    sim.faults.clear()
    settle_for(clock, 20)
    assert VM.objects.get().status == "launched"


def is_left_to_a_person(operation: Operation) -> bool:
    operation.refresh_from_db()
    return operation.needs_attention


def test_a_key_that_stays_refused_leaves_it_to_a_person(
    team: Team, olga: Actor, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_before", operation=CREATE, times=1)
    operation = deploy(team, petra)
    sim.faults.add("status", operation=LIST, status=401)
    settle_for(clock, 3000, step=600)
    assert not is_left_to_a_person(operation)
    with pytest.raises(NotAllowedNow):
        account_disconnect(team=team, actor=olga)
    settle_for(clock, 1200, step=300)
    assert is_left_to_a_person(operation)
    assert "Fluence has refused for an hour" in VM.objects.get().problem
    account_disconnect(team=team, actor=olga)
    vm_dismiss(vm=VM.objects.get(), actor=petra)
    operation.refresh_from_db()
    assert operation.state == "failed"


def test_longer_names_are_not_taken_for_it(
    team: Team, petra: Actor, sim: RunningSimulator, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    rent(fluence, "web-12")
    rent_older(sim, fluence, "WEB-1")
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    deploy(team, petra, "web-1")
    settle_for(clock, 5)
    vm = VM.objects.get(name="web-1")
    assert fluence.vms.get(vm.remote_id or "").name == "web-1"


def test_an_older_vm_of_that_name_is_not_taken_for_it(
    team: Team, petra: Actor, sim: RunningSimulator, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    fluence.vms.terminate(rent(fluence, "web-1").id)
    clock.advance(600)
    sim.faults.add("timeout_before", operation=CREATE, times=1)
    operation = deploy(team, petra)
    settle_for(clock, GRACE + 10)
    assert is_left_to_a_person(operation)


def test_several_matches_are_left_to_a_person_who_dismisses_the_row(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    fluence: FluenceClient[Changes],
    clock: Clock,
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = deploy(team, petra)
    rent(fluence, "web-1")
    settle_for(clock, 5)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("unknown", True)
    vm = VM.objects.get()
    assert "Fluence has 2 VMs named web-1" in vm.problem

    account_reconcile(account.pk)
    assert VM.objects.filter(remote_id__isnull=False).count() == 2
    settle_for(clock, GRACE + 10, step=20)
    operation_settle(operation.pk)
    operation.refresh_from_db()
    assert operation.state == "unknown", "nobody looks any more: both are in the mirror"

    vm_dismiss(vm=vm, actor=petra)
    vm_dismiss(vm=vm, actor=petra)
    operation.refresh_from_db()
    assert (operation.state, operation.error_code) == ("failed", "settled_by_person")
    assert operation.reserved_name is None
    assert VM.objects.filter(hidden_at__isnull=True).count() == 2
    assert log_of(team, "vm.create") == [
        "vm.create requested",
        "vm.create unknown",
        "vm.create failed",
    ]
    assert len(sim.requests(CREATE)) == 2


def test_reconcile_leaves_a_vm_alone_that_an_open_create_may_have_made(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    deploy(team, petra)
    account_reconcile(account.pk)
    assert VM.objects.count() == 1
    settle_for(clock, 5)
    assert VM.objects.get().remote_id
    assert "vm.drift succeeded" not in log_of(team)
    assert len(sim.requests(LIST)) >= 2
