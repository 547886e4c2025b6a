"""Renaming many VMs: seen first, then sent; swaps and names in use are refused in time."""

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.deploying import LAUNCH, RENAME, Clock, deploy_many, log_of, poll, settle_for
from tests.vms.rows import vm_rows
from vms.batch.selectors import batch_progress
from vms.batch.services import batch_retry
from vms.core.errors import NameTaken
from vms.models import VM, Batch, Operation
from vms.vm.selectors import renaming
from vms.vm.selectors.renaming import Pattern, renaming_of
from vms.vm.services import vms_rename


def plan(team: Team, vms: list[VM], text: str = "{name}", **how: Any) -> list[tuple[str, str]]:
    pattern = Pattern(text, **how)
    rows = renaming_of(team=team, vm_ids=[vm.pk for vm in vms], pattern=pattern).rows
    return [(row.name, str(row.problem)) for row in rows]


@pytest.mark.parametrize(
    ("pattern", "names"),
    [
        (Pattern("{name}"), ["vm-1", "vm-2"]),
        (Pattern("shop-{n}"), ["shop-1", "shop-2"]),
        (Pattern("shop-{n:02}", start=9), ["shop-09", "shop-10"]),
        (Pattern("{name}-old", find="vm", replace="web"), ["web-1-old", "web-2-old"]),
        (Pattern("{n:3}.{name}"), ["001.vm-1", "002.vm-2"]),
    ],
)
def test_a_pattern_makes_names(pattern: Pattern, names: list[str]) -> None:
    assert not pattern.unknown_places
    assert [pattern.name(f"vm-{n}", n - 1) for n in (1, 2)] == names


@pytest.mark.parametrize("text", ["{x}", "{n:}", "{n:0}", "a{", "}", "{name.__class__}", "{{n}}"])
def test_other_braces_are_not_understood(text: str) -> None:
    assert Pattern(text).unknown_places


def test_numbers_follow_the_names_two_before_ten(team: Team) -> None:
    vms = vm_rows(team, 12)
    names = [name for name, _ in plan(team, vms, "{name}.{n}", start=0)]
    assert names == [f"vm-{n}.{n}" for n in range(12)]


def test_each_conflict_is_told_beside_its_vm(team: Team) -> None:
    vms = vm_rows(team, 3)
    vm_rows(team, 1, prefix="taken")
    vm_rows(team, 1, prefix="over", status="terminated")
    assert {problem for _, problem in plan(team, vms, "same")} == {str(renaming.TWICE)}
    assert plan(team, vms[:1], "taken-0") == [("taken-0", str(renaming.TAKEN))]
    assert plan(team, vms[:1], "over-0") == [("over-0", "")]
    assert plan(team, vms[:1], "vm-0") == [("vm-0", "")]
    assert plan(team, vms, "vm-{n}") == [
        ("vm-1", str(renaming.STILL_HELD)),
        ("vm-2", str(renaming.STILL_HELD)),
        ("vm-3", ""),
    ]
    assert "1 to 25 small letters" in plan(team, vms[:1], "a b")[0][1]
    assert "Try a-b." in plan(team, vms[:1], "a b")[0][1]
    assert "1 to 25 small letters" in plan(team, vms[:1], "{name}" + "x" * 22)[0][1]


def test_a_name_that_is_being_given_to_another_is_told(team: Team, operator: User) -> None:
    first, second = vm_rows(team, 2)
    actor = actor_of(operator, team)
    vms_rename(team=team, actor=actor, names={first.pk: "new"}, form_key=uuid4())
    assert plan(team, [second], "new") == [("new", str(renaming.RESERVED))]


@pytest.fixture
def vms(catalogue: None, key: object, team: Team, petra: Actor, clock: Clock) -> list[VM]:
    operations = deploy_many(team, petra, "web", count=3)
    settle_for(clock, 15)
    clock.advance(LAUNCH)
    poll(operations[0].account)
    return list(VM.objects.order_by("name"))


@pytest.fixture
def rename(team: Team, petra: Actor) -> Callable[[dict[VM, str]], Batch]:
    def ask(names: dict[VM, str]) -> Batch:
        by_id = {vm.pk: name for vm, name in names.items()}
        return vms_rename(team=team, actor=petra, names=by_id, form_key=uuid4())

    return ask


def test_all_are_renamed_at_fluence_by_the_workers(
    vms: list[VM],
    rename: Callable[[dict[VM, str]], Batch],
    team: Team,
    clock: Clock,
    fluence: FluenceClient,
) -> None:
    batch = rename({vm: f"api-{number}" for number, vm in enumerate(vms)})
    settle_for(clock, 15)
    assert batch_progress(batch).succeeded == 3
    assert sorted(vm.name for vm in fluence.vms.iterate()) == ["api-0", "api-1", "api-2"]
    assert log_of(team, "vm.rename") == [
        *["vm.rename requested"] * 3,
        *["vm.rename succeeded"] * 3,
    ]


def test_what_failed_is_retried_with_the_same_new_name(
    vms: list[VM],
    rename: Callable[[dict[VM, str]], Batch],
    petra: Actor,
    clock: Clock,
    sim: RunningSimulator,
) -> None:
    sim.faults.add("status", operation=RENAME, status=422, times=1)
    batch = rename({vms[0]: "api-0", vms[1]: "api-1"})
    settle_for(clock, 15)
    assert (batch_progress(batch).succeeded, batch_progress(batch).failed) == (1, 1)
    assert batch_retry(batch=batch, actor=petra) == []
    settle_for(clock, 15)
    assert batch_progress(batch).succeeded == 2
    assert set(VM.objects.values_list("name", flat=True)) == {"api-0", "api-1", "web-3"}


def test_the_service_refuses_a_swap_and_a_name_given_twice(
    vms: list[VM], rename: Callable[[dict[VM, str]], Batch]
) -> None:
    batch = rename({vms[0]: "web-2", vms[1]: "fine"})
    assert [each.target_name for each in batch_progress(batch).operations] == ["web-2"]
    assert batch.left_out == ["web-1: Already in use in this account: web-2."]
    with pytest.raises(NameTaken):
        rename({vms[1]: "same", vms[2]: "SAME"})


def test_a_viewer_may_not(team: Team, viewer: User) -> None:
    (vm,) = vm_rows(team, 1)
    with pytest.raises(PermissionDenied):
        vms_rename(team=team, actor=actor_of(viewer, team), names={vm.pk: "x"}, form_key=uuid4())
    assert not Operation.objects.exists()
