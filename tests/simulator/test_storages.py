"""Disks of their own: made, enlarged, deleted; kept by their VM while it has them."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, NotAcceptable, NotFound, Unprocessable
from controlpanel.simulator.accounts import SECOND_KEY
from controlpanel.simulator.catalogue import IMAGES
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent
from tests.simulator.renting_parts import disk, launched, settle

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_new_disk_is_ready_after_a_while_and_free(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client)
    assert (made.status, made.role, made.allowed_actions) == ("new", "DATA", ())
    ready = client.storages.get(made.id)
    assert ready.status == "ready"
    assert ready.ready_since
    assert set(ready.allowed_actions) == {"update", "delete", "attachToVm"}


def test_a_disk_with_an_image_is_a_boot_disk(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client, os_image=IMAGES[0].download_url)
    assert made.role == "BOOT"
    vm = launched(sim, client, boot_disk=made.id)
    assert vm.boot_disk == made.id


def test_a_disk_grows_and_never_shrinks(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client)
    larger = client.storages.update(made.id, volume_gb=40, name="logs")
    assert (larger.status, larger.volume_gb, larger.name) == ("updating", 40, "logs")
    settle(sim)
    assert client.storages.get(made.id).status == "ready"
    with pytest.raises(Unprocessable, match="volumeGb: must be at least 40"):
        client.storages.update(made.id, volume_gb=39)
    with pytest.raises(Unprocessable, match="Not enough room"):
        client.storages.update(made.id, volume_gb=4_000_000)


def test_a_larger_disk_costs_more(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    made = disk(sim, client)
    client.storages.update(made.id, volume_gb=50)
    after = client.storages.get(made.id)
    assert made.price_hourly_usd
    assert after.price_hourly_usd == 2 * made.price_hourly_usd


def test_a_deleted_disk_is_removed_after_a_while_and_costs_nothing(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client)
    assert client.storages.delete(made.id).status == "removing"
    with pytest.raises(NotAcceptable):
        client.storages.delete(made.id)
    settle(sim)
    gone = client.storages.get(made.id)
    assert gone.status == "removed"
    assert gone.removed_at
    before = client.account.balances()[0].balance
    sim.clock.advance(7200)
    assert client.account.balances()[0].balance == before
    assert client.storages.list(exclude_status=["removed"]).items == ()


def test_a_boot_disk_outlives_also_a_vm_that_was_ended_before_it_ran(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.vms.get(vm.id).status == "terminated"
    assert client.storages.get(vm.boot_disk or "").status == "ready"
    assert client.storages.delete(vm.boot_disk or "").status == "removing"


def test_a_boot_disk_outlives_its_vm_and_may_then_be_deleted(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    assert vm.boot_disk
    assert client.storages.get(vm.boot_disk).attached_to == (vm.id,)
    with pytest.raises(NotAcceptable, match="attached to a VM"):
        client.storages.delete(vm.boot_disk)
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.storages.get(vm.boot_disk).status == "ready"
    assert client.storages.delete(vm.boot_disk).status == "removing"


def test_many_are_deleted_together_or_not_at_all(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    first, second = disk(sim, client), disk(sim, client)
    vm = launched(sim, client)
    assert vm.boot_disk
    with pytest.raises(NotAcceptable):
        client.storages.delete_many([first.id, vm.boot_disk])
    with pytest.raises(NotFound):
        client.storages.delete_many([first.id, NOBODY])
    assert client.storages.get(first.id).status == "ready"
    deleted = client.storages.delete_many([first.id, second.id])
    assert [each.status for each in deleted] == ["removing", "removing"]


def test_lists_are_filtered(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    made = disk(sim, client)
    launched(sim, client)
    assert len(client.storages.list().items) == 2
    free = client.storages.list(exclude_attached=True).items
    assert [each.id for each in free] == [made.id]
    assert client.storages.list(storage_type="SSD").items == ()
    assert len(client.storages.list(storage_type="NVMe").items) == 2


def test_what_belongs_to_others_is_not_there(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client)
    with FluenceClient(SECOND_KEY, sim.url).for_changes() as stranger:
        assert stranger.storages.list().items == ()
        for call in (stranger.storages.get, stranger.storages.delete):
            with pytest.raises(NotFound):
                call(made.id)
