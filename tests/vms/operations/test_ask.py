"""One way to ask: gates in turn, once per form, now or by the workers."""

from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from tests.cast import actor_of
from tests.vms.rows import vm_rows
from vms.core.errors import NoAccount, NotAllowedNow
from vms.kinds import KINDS
from vms.models import Batch, Operation
from vms.operations import gates
from vms.operations.ask import ask
from vms.operations.kind import Question
from vms.operations.registry import kind_named, kinds_all
from vms.operations.wishes import Asking, Wish
from vms.vm.kinds import TERMINATE


@pytest.fixture
def actor(team: Team, operator: User) -> Actor:
    return actor_of(operator, team)


def test_every_kind_is_registered_under_the_name_of_its_action() -> None:
    assert kinds_all() == list(KINDS)
    assert len({kind.name for kind in KINDS}) == len(KINDS)
    for kind in KINDS:
        assert kind_named(kind.action.value) is kind
        assert kind.permission in Permission
        assert str(kind.verb)


def test_a_gate_that_refuses_leaves_nothing_begun(
    team: Team, actor: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[list[str]] = []

    def closed(question: Question) -> None:
        assert question.account, "it comes after the account"
        seen.append([wish.target.name for wish in question.targets])
        raise NotAllowedNow(say("nothing_left"))

    monkeypatch.setattr(gates, "GATES", gates.GATES)
    gates.GATES.append(closed)
    try:
        vms = vm_rows(team, 2)
        asking = Asking(team=team, actor=actor, key=str(uuid4()), as_batch=True)
        with pytest.raises(NotAllowedNow):
            ask(TERMINATE, map(Wish, vms), asking)
    finally:
        gates.GATES.remove(closed)
    assert seen == [[vm.name for vm in vms]]
    assert not Operation.objects.exists()
    assert not Batch.objects.exists()
    assert not AuditEntry.objects.exists()


def test_the_permission_is_asked_before_the_account(team: Team, viewer: User) -> None:
    (vm,) = vm_rows(team, 1)
    assert vm.account
    vm.account.delete()
    with pytest.raises(PermissionDenied):
        ask(TERMINATE, [Wish(vm)], Asking(team=team, actor=actor_of(viewer, team)))


def test_without_an_account_that_may_write_nothing_is_begun(team: Team, actor: Actor) -> None:
    (vm,) = vm_rows(team, 1)
    asking = Asking(team=team, actor=actor)
    account = vm.account
    assert account
    account.can_write = False
    account.save()
    with pytest.raises(NoAccount, match="read-only"):
        ask(TERMINATE, [Wish(vm)], asking)
    account.delete()
    with pytest.raises(NoAccount, match="no Fluence account"):
        ask(TERMINATE, [Wish(vm)], asking)
    assert not Operation.objects.exists()


def test_another_teams_target_is_no_target(
    team: Team, other_team: Team, actor: Actor, sim: RunningSimulator
) -> None:
    vm_rows(team, 1)
    (theirs,) = vm_rows(other_team, 1)
    with pytest.raises(NotAllowedNow):
        ask(TERMINATE, [Wish(theirs)], Asking(team=team, actor=actor))
    assert not Operation.objects.exists()
    assert sim.requests() == []


def test_an_operation_names_its_target_and_finds_it(team: Team, actor: Actor) -> None:
    vms = vm_rows(team, 3)
    asking = Asking(team=team, actor=actor, key=str(uuid4()), as_batch=True)
    asked = ask(TERMINATE, map(Wish, vms), asking)
    assert {(each.target_type, each.target_id) for each in asked.operations} == {
        ("vm", vm.pk.hex) for vm in vms
    }
    assert [vm.operations.get().kind for vm in vms] == [Action.VM_TERMINATE] * 3
    again = ask(TERMINATE, map(Wish, vms), asking)
    assert again.batch == asked.batch
    assert Operation.objects.count() == 3
