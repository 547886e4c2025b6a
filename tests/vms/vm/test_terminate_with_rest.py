"""Terminating a VM with its disks and address: they go by themselves, once it has ended."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams import permissions
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission, Role
from tests.vms.deploying import LAUNCH, TERMINATE, Clock, launched, log_of, poll, settle_for
from vms.mirror.newcomers import newest_read
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, Attachable, FluenceAccount, Operation, PublicIp, Storage
from vms.resource.selectors.of_vm import belongings_of
from vms.resource.services import resource_keep
from vms.vm.services import vm_terminate, vms_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")
State = Operation.State


@pytest.fixture
def vm(team: Team, petra: Actor, account: FluenceAccount, clock: Clock) -> VM:
    made = launched(team, petra, clock)
    account_reconcile(account.pk)
    return made


def parts_of(vm: VM) -> list[Attachable]:
    parts = belongings_of(vm).all
    assert len(parts) == 2
    return parts


def deletions() -> dict[str, str]:
    """How each deletion stands, by name."""
    rows = Operation.objects.filter(kind__in=["storage.delete", "public_ip.delete"])
    return dict(rows.values_list("target_name", "state"))


def live(sim: RunningSimulator) -> set[str]:
    """What the simulator charges for."""
    state = sim.world.state
    things = [*state.storages.values(), *state.public_ips.values(), *state.vms.values()]
    gone = {"removing", "removed", "terminated", "terminating", "failed"}
    return {thing.name for thing in things if thing.status not in gone}


def end(vm: VM, account: FluenceAccount, clock: Clock) -> None:
    clock.advance(LAUNCH)
    poll(account)
    newest_read(account.pk)
    settle_for(clock, 20)


def test_they_wait_for_the_end_and_then_go_by_themselves(
    vm: VM, team: Team, petra: Actor, account: FluenceAccount, clock: Clock, sim: RunningSimulator
) -> None:
    vm_terminate(vm=vm, actor=petra, delete=parts_of(vm))
    settle_for(clock, 5)
    assert deletions() == {"web-1-boot": State.PENDING, "web-1-ip": State.PENDING}
    assert sim.requests("DELETE /v1/storages/{storage_id}") == []
    assert {row.problem for row in parts_of(vm)} == {"It is deleted as soon as its VM has ended."}
    assert log_of(team, "storage.delete") == ["storage.delete requested"]
    end(vm, account, clock)
    assert deletions() == {"web-1-boot": State.SUCCEEDED, "web-1-ip": State.SUCCEEDED}
    assert live(sim) == set()
    assert log_of(team, "storage.delete") == [
        "storage.delete requested",
        "storage.delete succeeded",
    ]
    clock.advance(60)
    newest_read(account.pk)
    assert not Storage.objects.exists()
    assert not PublicIp.objects.exists()


def test_however_long_it_takes(
    vm: VM, petra: Actor, account: FluenceAccount, clock: Clock, sim: RunningSimulator
) -> None:
    vm_terminate(vm=vm, actor=petra, delete=parts_of(vm))
    for storage in sim.world.state.vms.values():
        storage.due_at = None
    for _ in range(4):
        clock.advance(3 * 3600)
        settle_for(clock, 10)
    assert set(deletions().values()) == {State.PENDING}
    sim.faults.add("rate_limited", operation="DELETE /v1/storages/{storage_id}", times=1, seconds=5)
    for record in sim.world.state.vms.values():
        record.due_at = sim.clock.now()
    end(vm, account, clock)
    settle_for(clock, 60)
    assert set(deletions().values()) == {State.SUCCEEDED}, "its patience begins when its turn has"


def test_what_is_kept_stays(
    vm: VM, petra: Actor, account: FluenceAccount, clock: Clock, sim: RunningSimulator
) -> None:
    disk, _address = parts_of(vm)
    vm_terminate(vm=vm, actor=petra, delete=[disk])
    end(vm, account, clock)
    assert live(sim) == {"web-1-ip"}


def test_one_that_is_kept_meanwhile_is_not_deleted(
    vm: VM, team: Team, petra: Actor, account: FluenceAccount, clock: Clock, sim: RunningSimulator
) -> None:
    disk, address = parts_of(vm)
    vm_terminate(vm=vm, actor=petra, delete=[disk, address])
    resource_keep(disk, team=team, actor=petra)
    end(vm, account, clock)
    assert live(sim) == {"web-1-boot"}
    assert log_of(team, "storage.delete") == ["storage.delete requested", "storage.delete failed"]


def test_if_the_vm_is_not_terminated_they_are_kept_and_told_so(
    vm: VM, team: Team, petra: Actor, clock: Clock, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=TERMINATE, times=1, status=406)
    vm_terminate(vm=vm, actor=petra, delete=parts_of(vm))
    settle_for(clock, 10)
    assert set(deletions().values()) == {State.FAILED}
    assert {row.problem for row in parts_of(vm)} == {
        "Not deleted. Its VM was not terminated, so that it was kept."
    }
    assert live(sim) == {"web-1", "web-1-boot", "web-1-ip"}


def test_what_fails_is_told_on_its_row(
    vm: VM, petra: Actor, account: FluenceAccount, clock: Clock, sim: RunningSimulator
) -> None:
    vm_terminate(vm=vm, actor=petra, delete=parts_of(vm))
    body = '{"code": "not_acceptable", "error": "delete is not allowed: a snapshot needs it."}'
    sim.faults.add(
        "status", operation="DELETE /v1/storages/{storage_id}", times=1, status=406, body=body
    )
    end(vm, account, clock)
    disk = Storage.objects.get()
    assert "a snapshot needs it" in disk.problem
    assert disk.is_left_over


def test_many_end_with_all_that_they_have(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    clock: Clock,
    sim: RunningSimulator,
) -> None:
    vms = [launched(team, petra, clock, name) for name in ("a-1", "a-2")]
    account_reconcile(account.pk)
    vms_terminate(team=team, actor=petra, vms=vms, form_key=uuid4(), deletes_rest=True)
    settle_for(clock, 10)
    end(vms[0], account, clock)
    assert live(sim) == set()
    assert len(deletions()) == 4


def test_without_leave_to_delete_nothing_is_begun(
    vm: VM, petra: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = permissions.ROLE_PERMISSIONS
    less = table[Role.OPERATOR] - {Permission.PUBLIC_IP_DELETE}
    monkeypatch.setitem(table, Role.OPERATOR, less)
    with pytest.raises(PermissionDenied):
        vm_terminate(vm=vm, actor=petra, delete=parts_of(vm))
    assert not Operation.objects.filter(kind="vm.terminate").exists()


def test_the_page_asks_for_each_and_begins_with_the_teams_default(
    vm: VM,
    team: Team,
    account: FluenceAccount,
    client_for: Callable[[User], Client],
    operator: User,
) -> None:
    FluenceAccount.objects.update(deletes_rest=True)
    browser = client_for(operator)
    url = reverse("vms:terminate", kwargs={"slug": team.slug, "pk": vm.pk})
    html = browser.get(url).content.decode()
    assert html.count('<option value="delete" selected>Delete too</option>') == 2
    disk, address = parts_of(vm)
    fates = {f"fate-{disk.pk}": "delete", f"fate-{address.pk}": "keep"}
    browser.post(url, {"confirmation": "web-1", **fates})
    assert deletions() == {"web-1-boot": State.PENDING}
    row = browser.get(reverse("vms:storages", kwargs={"slug": team.slug})).content.decode()
    assert "Keep it" in row
    browser.post(reverse("vms:storage-keep", kwargs={"slug": team.slug, "pk": disk.pk}))
    assert deletions() == {"web-1-boot": State.FAILED}
