"""A create that Fluence never showed, or refused and did all the same: one row, paid once."""

from collections.abc import Callable

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.vms.deploying import (
    CREATE,
    GRACE,
    Clock,
    deploy,
    deploy_many,
    entry_of,
    log_of,
    settle_for,
)
from vms.core.errors import NameTaken, NotAllowedNow
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, Operation, SSHKey
from vms.operations.engine import operation_run
from vms.vm.services import vm_dismiss
from vms.vm.unseen import vm_is, vm_not_there

pytestmark = pytest.mark.usefixtures("catalogue", "key")
LONG = 1000
STORY = ["vm.create requested", "vm.create unknown", "vm.create succeeded"]


@pytest.fixture
def unseen(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, catalogue: None, key: SSHKey
) -> VM:
    """The row of a create that never reached Fluence, which nobody can know."""
    sim.faults.add("timeout_before", operation=CREATE, times=1)
    deploy(team, petra)
    settle_for(clock, GRACE + 10)
    return VM.objects.get()


@pytest.mark.parametrize("status", [400, 429, 418])
def test_one_that_was_refused_and_made_is_found_by_looking(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, status: int
) -> None:
    sim.faults.add("status", operation=CREATE, status=status, effect=True, times=1)
    operation = deploy(team, petra)
    assert operation.is_refused
    assert operation.reserved_name == "web-1", "no other may be made of that name meanwhile"
    assert "The panel looks for some minutes" in VM.objects.get().problem
    with pytest.raises(NameTaken):
        deploy(team, petra)
    settle_for(clock, 10)
    assert VM.objects.get().remote_id
    assert log_of(team, "vm.create") == STORY
    assert len(sim.requests(CREATE)) == 1


@pytest.mark.parametrize("status", [400, 429])
def test_one_that_was_refused_and_is_not_seen_was_refused(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, status: int
) -> None:
    sim.faults.add("status", operation=CREATE, status=status, times=1)
    operation = deploy_many(team, petra, "web", count=2)[0]
    operation_run(operation.pk, patient=True)
    settle_for(clock, GRACE + 10)
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("failed", False)
    vm = VM.objects.get(name="web-1")
    assert vm.is_refused
    assert "looks for some minutes" not in vm.problem
    assert len(sim.requests(CREATE)) == 2, "web-2 is the other one"


@pytest.mark.parametrize("status", [400, 402, 422])
def test_one_that_counted_as_refused_and_appears_very_late_is_joined(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    status: int,
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=LONG)
    sim.faults.add("status", operation=CREATE, status=status, effect=True, times=1)
    operation = deploy(team, petra)
    settle_for(clock, GRACE + 10)
    operation.refresh_from_db()
    assert operation.state == "failed"
    account_reconcile(account.pk)
    assert VM.objects.get().remote_id is None, "it cannot be seen yet"
    clock.advance(LONG)
    account_reconcile(account.pk)
    vm = VM.objects.get()
    assert (vm.remote_id is not None, vm.hidden_at, vm.problem) == (True, None, "")
    assert vm.created_by_name == "Petra"
    entry = entry_of(team, "vm.create", "succeeded")
    assert entry.message == "It was done after all: Fluence shows it now."
    assert "vm.drift succeeded" not in log_of(team)


def test_one_that_waits_for_a_person_and_appears_is_joined(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=LONG)
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    operation = deploy(team, petra)
    settle_for(clock, GRACE + 10)
    operation.refresh_from_db()
    assert operation.needs_attention
    clock.advance(LONG)
    account_reconcile(account.pk)
    assert VM.objects.get().remote_id
    operation.refresh_from_db()
    assert (operation.state, operation.needs_attention) == ("succeeded", False)
    assert log_of(team, "vm.create") == STORY
    assert len(sim.requests(CREATE)) == 1


def test_one_that_was_dismissed_and_appears_comes_back(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("late_visibility", operation=CREATE, times=1, seconds=LONG)
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    deploy(team, petra)
    settle_for(clock, GRACE + 10)
    vm_dismiss(vm=VM.objects.get(), actor=petra)
    clock.advance(LONG)
    account_reconcile(account.pk)
    vm = VM.objects.get()
    assert (vm.hidden_at, vm.remote_id is not None) == (None, True)


@pytest.mark.usefixtures("unseen")
def test_what_somebody_made_later_under_that_name_is_not_taken_for_it(
    account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    clock.advance(3600)
    rent(fluence, "web-1")
    account_reconcile(account.pk)
    assert VM.objects.filter(remote_id__isnull=False).count() == 1
    assert VM.objects.filter(remote_id__isnull=True).get().status == "requested"


def test_a_person_who_did_not_find_it_can_try_again(
    team: Team, petra: Actor, sim: RunningSimulator, unseen: VM
) -> None:
    with pytest.raises(NameTaken):
        deploy(team, petra)
    vm_not_there(vm=unseen, actor=petra)
    unseen.refresh_from_db()
    assert unseen.is_refused
    assert "not there" in unseen.problem
    assert log_of(team)[-2:] == ["vm.create failed", "vm.settle succeeded"]
    assert entry_of(team, "vm.settle", "succeeded").actor_name == "Petra"
    assert deploy(team, petra).state == "succeeded"
    assert len(sim.requests(CREATE)) == 2
    with pytest.raises(NotAllowedNow):
        vm_not_there(vm=unseen, actor=petra)


def test_a_person_can_say_which_vm_it_is(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    unseen: VM,
) -> None:
    made = rent(fluence, "renamed-meanwhile")
    account_reconcile(account.pk)
    found = VM.objects.get(remote_id=made.id)
    vm_is(vm=unseen, found=found, actor=petra)
    unseen.refresh_from_db()
    assert (unseen.remote_id, unseen.name, unseen.problem) == (made.id, "renamed-meanwhile", "")
    assert unseen.created_by_name == "Petra"
    assert VM.objects.filter(hidden_at__isnull=True).count() == 1
    operation = Operation.objects.get(kind="vm.create")
    assert (operation.state, operation.reserved_name) == ("succeeded", None)
    entry = entry_of(team, "vm.settle", "succeeded")
    assert entry.changes == {"vm": [None, "renamed-meanwhile"]}
    account_reconcile(account.pk)
    assert VM.objects.filter(hidden_at__isnull=True).count() == 1


def test_a_vm_that_the_panel_made_cannot_be_it(
    team: Team, petra: Actor, unseen: VM, clock: Clock
) -> None:
    clock.advance(5)
    deploy(team, petra, "web-2")
    with pytest.raises(NotAllowedNow, match="cannot be web-1"):
        vm_is(vm=unseen, found=VM.objects.get(name="web-2"), actor=petra)
    assert Operation.objects.get(target_name="web-1").needs_attention


def test_a_viewer_cannot_settle_it(unseen: VM, viewer: User) -> None:
    actor = Actor(kind="user", id=str(viewer.pk), name="Vera")
    with pytest.raises(PermissionDenied):
        vm_not_there(vm=unseen, actor=actor)


def settle_url(vm: VM) -> str:
    return reverse("vms:settle", kwargs={"slug": vm.team.slug, "pk": vm.pk})


def test_the_page_leads_to_the_form_with_what_was_asked(
    unseen: VM, operator: User, client_for: Callable[[User], Client]
) -> None:
    browser = client_for(operator)
    listed = browser.get(reverse("vms:list", kwargs={"slug": unseen.team.slug}))
    assert settle_url(unseen) in listed.content.decode()
    page = browser.get(settle_url(unseen)).content.decode()
    assert "It is not at Fluence: try again" in page
    assert "None that was made since is unaccounted for." in page
    refused = browser.post(settle_url(unseen), {})
    assert refused.status_code == 422
    assert "Choose one." in refused.content.decode()
    form = browser.post(settle_url(unseen), {"answer": "not-there"}, follow=True)
    assert 'value="web-1"' in form.content.decode()
    again = browser.post(settle_url(unseen), {"answer": "not-there"}, follow=True)
    assert "nothing to settle any more" in again.content.decode()


def test_the_page_offers_what_it_may_be(
    unseen: VM,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    operator: User,
    client_for: Callable[[User], Client],
) -> None:
    made = rent(fluence, "other")
    account_reconcile(account.pk)
    browser = client_for(operator)
    assert "This VM is it: other" in browser.get(settle_url(unseen)).content.decode()
    found = VM.objects.get(remote_id=made.id)
    page = browser.post(settle_url(unseen), {"answer": str(found.pk)}, follow=True)
    assert "is found." in page.content.decode()
    unseen.refresh_from_db()
    assert unseen.remote_id == made.id
