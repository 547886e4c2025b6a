"""What no VM has and costs money is left over: from the end of its VM, or after a grace period."""

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.simulator.renting_parts import address, disk
from tests.vms.deploying import CREATE, GRACE, LAUNCH, Clock, deploy, launched, poll
from vms.mirror.newcomers import newest_read
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, Attachable, FluenceAccount, Operation, PublicIp, Storage
from vms.vm.services import vm_rename, vm_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")

# Longer than the grace period by the clock of the simulator, which `settle` puts forward.
AGED = 2 * GRACE


def listed() -> list[str]:
    return sorted(row.name for row in rows() if row.is_left_over)


def rows() -> list[Attachable]:
    return [*Storage.objects.all(), *PublicIp.objects.all()]


def free() -> list[str]:
    return sorted(row.name for row in rows() if not row.attached_to)


def reconcile_twice(account: FluenceAccount, clock: Clock) -> None:
    account_reconcile(account.pk)
    clock.advance(GRACE)
    account_reconcile(account.pk)


def terminated(team: Team, actor: Actor, account: FluenceAccount, clock: Clock, name: str) -> VM:
    vm = launched(team, actor, clock, name)
    account_reconcile(account.pk)
    vm_terminate(vm=vm, actor=actor)
    clock.advance(LAUNCH)
    poll(account)
    vm.refresh_from_db()
    assert vm.status == "terminated"
    return vm


def test_what_a_terminated_vm_leaves_is_left_over_from_the_moment_it_ends(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = terminated(team, petra, account, clock, "web-1")
    assert listed() == ["web-1-boot", "web-1-ip"]
    assert {row.is_checked for row in rows()} == {False}, "Fluence has not said so yet"
    account_reconcile(account.pk)
    assert listed() == ["web-1-boot", "web-1-ip"]
    assert {row.is_checked for row in rows()} == {True}
    boot_disk = Storage.objects.get()
    assert (boot_disk.origin, boot_disk.vm) == (vm, None)
    assert (boot_disk.what, boot_disk.detail) == ("Boot disk", "25 GB NVME")
    assert boot_disk.price_hour == vm.storage_price_hour > 0
    ip = PublicIp.objects.get()
    assert (ip.origin, ip.what) == (vm, "Public IP")
    assert ip.detail.count(".") == 3


def test_while_fluence_still_says_that_the_ended_vm_has_it_it_is_being_checked(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    clock: Clock,
    sim: RunningSimulator,
) -> None:
    vm = terminated(team, petra, account, clock, "web-1")
    for storage in sim.world.state.storages.values():
        storage.attached_to = [vm.remote_id or ""]
    account_reconcile(account.pk)
    disk = Storage.objects.get()
    assert (disk.is_left_over, disk.is_checked, disk.vm) == (True, False, vm)
    for storage in sim.world.state.storages.values():
        storage.attached_to = []
    newest_read(account.pk)
    disk.refresh_from_db()
    assert (disk.is_left_over, disk.is_checked, disk.vm) == (True, True, None)


def test_the_vm_is_known_by_its_disks_and_address_whatever_their_names(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = launched(team, petra, clock, "web-1")
    vm_rename(vm=vm, actor=petra, name="front")
    vm.refresh_from_db()
    account_reconcile(account.pk)
    vm_terminate(vm=vm, actor=petra)
    clock.advance(LAUNCH)
    reconcile_twice(account, clock)
    assert {row.origin for row in rows()} == {vm}
    vm.refresh_from_db()
    assert [each.name for each in vm.attached_disks] == ["web-1-boot"], "kept after its end"


def test_otherwise_it_is_known_by_the_name_the_panel_gives(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = terminated(team, petra, account, clock, "web-1")
    VM.objects.update(disks=[], public_ip_remote_id="")
    for row in rows():
        row.delete()
    reconcile_twice(account, clock)
    assert [row.origin for row in rows()] == [vm, vm]


def test_what_was_there_before_the_account_was_connected_is_listed_at_once(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    disk(sim, fluence, name="old-data")
    address(sim, fluence, name="old-ip")
    clock.advance(AGED)
    account_reconcile(account.pk)
    assert listed() == ["old-data", "old-ip"]
    assert {row.origin for row in rows()} == {None}


def test_what_belongs_to_a_vm_is_not_left_over(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    launched(team, petra, clock)
    rent(fluence, "by-hand")
    reconcile_twice(account, clock)
    assert listed() == []


def test_what_a_vm_has_by_the_mirror_is_not_left_over(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    vm = launched(team, petra, clock)
    account_reconcile(account.pk)
    for storage in sim.world.state.storages.values():
        storage.attached_to = []
    reconcile_twice(account, clock)
    vm.refresh_from_db()
    assert vm.status == "launched"
    assert listed() == []


def test_a_disk_that_an_open_create_may_be_about_to_take_is_not_left_over(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    account_reconcile(account.pk)
    sim.faults.add("timeout_before", operation=CREATE)
    operation = deploy(team, petra, "web-9")
    assert operation.state == Operation.State.UNKNOWN
    disk(sim, fluence, name="web-9-boot")
    address(sim, fluence, name="web-9-ip")
    reconcile_twice(account, clock)
    assert listed() == []
    Operation.objects.filter(pk=operation.pk).update(state=Operation.State.FAILED)
    reconcile_twice(account, clock)
    assert listed() == ["web-9-boot", "web-9-ip"]


def test_what_is_deleted_or_taken_by_a_vm_leaves_the_list(
    team: Team,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    unused, wanted = disk(sim, fluence, name="unused"), disk(sim, fluence, name="wanted")
    clock.advance(AGED)
    account_reconcile(account.pk)
    assert listed() == ["unused", "wanted"]
    team.refresh_from_db()
    before = team.revision
    fluence.storages.delete(unused.id)
    rent(fluence, "db-1", data_disks=(wanted.id,), public_ip=False)
    account_reconcile(account.pk)
    assert listed() == []
    account.refresh_from_db()
    assert account.resources_revision > before
