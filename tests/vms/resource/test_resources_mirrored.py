"""All disks and addresses are mirrored at each reconcile, whatever the key may read."""

from decimal import Decimal

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY, KEYS, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.simulator.renting_parts import address, disk
from tests.vms.deploying import GRACE, LAUNCH, Clock, launched, log_of, poll
from tests.vms.mirror.spoiling import spoil
from vms.billing.selectors.burn import burn_of
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, Attachable, FluenceAccount, PublicIp, Storage
from vms.vm.services import vm_terminate

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


def test_changes_are_followed_and_an_unchanged_list_disturbs_no_page(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    data = disk(sim, fluence, name="data")
    clock.advance(GRACE)
    account_reconcile(account.pk)
    account.refresh_from_db()
    before = account.resources_revision
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.resources_revision == before
    fluence.storages.update(data.id, name="archive", volume_gb=50)
    account_reconcile(account.pk)
    account.refresh_from_db()
    row = Storage.objects.get()
    assert (row.name, row.detail, row.is_left_over) == ("archive", "50 GB NVME", True)
    assert account.resources_revision > before


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
    assert Storage.objects.get().price_hour == Decimal("0.002425")
    assert log_of(team) == []


def test_an_address_that_a_living_vm_gave_up_is_left_over_and_known_as_its(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    account_reconcile(account.pk)
    fluence.vms.detach_public_ip(vm.remote_id or "")
    reconcile_twice(account, clock)
    row = PublicIp.objects.get()
    assert (row.name, row.origin, row.is_left_over) == ("web-1-ip", vm, True)
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
    burn = burn_of(Team.objects.get(pk=team.pk))
    assert burn.left_over_disks + burn.left_over_public_ips == 2 * is_listed
    assert burn.unpriced == (2 if price is None else 0)
    assert burn.left_over == (Decimal(price) * 2 if price else 0)
