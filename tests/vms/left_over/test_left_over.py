"""What no VM has and costs money is mirrored at each reconcile, after a grace period."""

from decimal import Decimal

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY, KEYS, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.simulator.renting_parts import address, disk
from tests.vms.deploying import CREATE, GRACE, LAUNCH, Clock, deploy, launched, log_of, poll
from tests.vms.mirror.spoiling import spoil
from vms.left_over.selectors import left_over_totals
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, LeftOver, Operation
from vms.vm.services import vm_rename, vm_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")

# Longer than the grace period by the clock of the simulator, which `settle` puts forward.
AGED = 2 * GRACE


def listed() -> list[str]:
    return sorted(LeftOver.objects.filter(is_listed=True).values_list("name", flat=True))


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


def test_what_a_terminated_vm_leaves_is_listed_after_the_grace_period(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = terminated(team, petra, account, clock, "web-1")
    account_reconcile(account.pk)
    assert listed() == []
    clock.advance(GRACE)
    account_reconcile(account.pk)
    assert listed() == ["web-1-boot", "web-1-ip"]
    boot_disk = LeftOver.objects.get(kind=LeftOver.Kind.DISK)
    assert (boot_disk.vm, boot_disk.what, boot_disk.detail) == (vm, "Boot disk", "25 GB NVME")
    assert boot_disk.price_hour == vm.storage_price_hour > 0
    ip = LeftOver.objects.get(kind=LeftOver.Kind.PUBLIC_IP)
    assert (ip.vm, ip.what) == (vm, "Public IP")
    assert ip.detail.count(".") == 3


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
    assert {row.vm for row in LeftOver.objects.all()} == {vm}
    vm.refresh_from_db()
    assert [each.name for each in vm.attached_disks] == ["web-1-boot"], "kept after its end"


def test_otherwise_it_is_known_by_the_name_the_panel_gives(
    team: Team, petra: Actor, account: FluenceAccount, clock: Clock
) -> None:
    vm = terminated(team, petra, account, clock, "web-1")
    VM.objects.update(disks=[], public_ip_remote_id="")
    reconcile_twice(account, clock)
    assert [row.vm for row in LeftOver.objects.all()] == [vm, vm]


def test_what_was_there_before_the_account_was_connected_is_listed_at_once(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    disk(sim, fluence, name="old-data")
    address(sim, fluence, name="old-ip")
    clock.advance(AGED)
    account_reconcile(account.pk)
    assert listed() == ["old-data", "old-ip"]
    assert not LeftOver.objects.exclude(vm=None).exists()


def test_what_belongs_to_a_vm_is_not_left_over(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    launched(team, petra, clock)
    rent(fluence, "by-hand")
    reconcile_twice(account, clock)
    assert not LeftOver.objects.exists()


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
    assert not LeftOver.objects.exists()


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
    assert not LeftOver.objects.exists()
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
    assert account.left_over_revision > before


def test_changes_are_followed_and_an_unchanged_list_disturbs_no_page(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    data = disk(sim, fluence, name="data")
    clock.advance(GRACE)
    account_reconcile(account.pk)
    account.refresh_from_db()
    before = account.left_over_revision
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.left_over_revision == before
    fluence.storages.update(data.id, name="archive", volume_gb=50)
    account_reconcile(account.pk)
    account.refresh_from_db()
    row = LeftOver.objects.get()
    assert (row.name, row.detail, row.is_listed) == ("archive", "50 GB NVME", True)
    assert account.left_over_revision > before


def test_more_than_a_page_of_them_is_read_whole(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    made = disk(sim, fluence, name="data-0")
    storages = sim.world.state.storages
    for number in range(1, 130):
        changes = {"id": f"{number:08x}{made.id[8:]}", "name": f"data-{number}"}
        copy = storages[made.id].model_copy(update=changes)
        copy.number += number
        storages[copy.id] = copy
    clock.advance(GRACE)
    account_reconcile(account.pk)
    assert len(listed()) == 130


def test_a_key_that_may_not_read_them_is_no_failure(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    disk(sim, fluence, name="data")
    clock.advance(GRACE)
    account_reconcile(account.pk)
    assert listed() == ["data"]
    monkeypatch.setitem(KEYS, FULL_KEY, ApiKey(KEYS[FULL_KEY].account_id, ("vms:read",)))
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.health == "ok"
    assert account.reconciled_at
    assert (account.disks_read_at, account.public_ips_read_at) == (None, None)
    assert listed() == [], "what cannot be read any more is not claimed"


def test_finding_one_is_no_act_and_so_no_entry_in_the_log(
    team: Team,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    disk(sim, fluence, name="data")
    reconcile_twice(account, clock)
    assert listed() == ["data"]
    assert LeftOver.objects.get().price_hour == Decimal("0.002425")
    assert log_of(team) == []


def test_an_address_that_a_living_vm_gave_up_is_left_over_and_known_as_its(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    account_reconcile(account.pk)
    fluence.vms.detach_public_ip(vm.remote_id or "")
    reconcile_twice(account, clock)
    row = LeftOver.objects.get()
    assert (row.name, row.vm, row.is_listed) == ("web-1-ip", vm, True)
    vm.refresh_from_db()
    assert (vm.status, vm.public_ip) == ("launched", "")


@pytest.mark.parametrize(
    ("price", "is_listed"), [(None, True), ("0", False), ("0.0000000001", True)]
)
def test_what_costs_nothing_is_not_left_over_and_what_nobody_knows_the_price_of_is(
    team: Team,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
    price: str | None,
    is_listed: bool,
) -> None:
    for make in (disk, address):
        make(sim, fluence, name="free")
    for operation in ("GET /v1/storages", "GET /v1/public_ips"):
        spoil(sim, operation, named="free", priceHourlyUsd=price)
    clock.advance(AGED)
    account_reconcile(account.pk)
    assert listed() == ["free", "free"] * is_listed
    totals = left_over_totals(team.pk)
    assert totals.count == 2 * is_listed
    assert totals.unpriced == (2 if price is None else 0)
    assert totals.price_hour == (Decimal(price) * 2 if price else 0)
