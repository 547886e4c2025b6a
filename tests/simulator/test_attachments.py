"""Disks and addresses join VMs and leave them; a VM sees it after a restart."""

from collections.abc import Callable

import pytest

from controlpanel.fluence import Changes, FluenceClient, NotAcceptable, NotFound, Unprocessable
from controlpanel.simulator.testing import RunningSimulator
from tests.simulator.renting_parts import ELSEWHERE, address, disk, launched, settle

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_disk_is_attached_and_detached(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, data = launched(sim, client), disk(sim, client)
    with_disk = client.vms.attach_storages(vm.id, [data.id])
    assert with_disk.data_disks == (data.id,)
    assert client.storages.get(data.id).attached_to == (vm.id,)
    with pytest.raises(NotAcceptable):
        client.storages.delete(data.id)
    assert client.vms.detach_storages(vm.id, [data.id]).data_disks == ()
    assert client.storages.delete(data.id).status == "removing"


def test_a_disk_is_attached_to_one_vm_only(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    first, second = launched(sim, client), launched(sim, client, name="web-2")
    data = disk(sim, client)
    client.vms.attach_storages(first.id, [data.id])
    with pytest.raises(Unprocessable, match="not free"):
        client.vms.attach_storages(second.id, [data.id])


def test_the_cluster_and_the_role_must_fit(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, far = launched(sim, client), disk(sim, client, cluster_id=ELSEWHERE)
    with pytest.raises(Unprocessable, match="DATA storage of the VM's cluster"):
        client.vms.attach_storages(vm.id, [far.id])
    spare = launched(sim, client, name="web-2")
    client.vms.terminate(spare.id)
    settle(sim)
    with pytest.raises(Unprocessable, match="DATA storage of the VM's cluster"):
        client.vms.attach_storages(vm.id, [spare.boot_disk or ""])
    with pytest.raises(NotFound):
        client.vms.attach_storages(vm.id, [NOBODY])
    with pytest.raises(Unprocessable, match="at least one"):
        client.vms.attach_storages(vm.id, [])


def test_only_what_a_vm_has_can_be_detached(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, data, other = launched(sim, client), disk(sim, client), disk(sim, client)
    with pytest.raises(NotAcceptable):
        client.vms.detach_storages(vm.id, [data.id])
    client.vms.attach_storages(vm.id, [data.id])
    with pytest.raises(Unprocessable, match="not a data disk of this VM"):
        client.vms.detach_storages(vm.id, [other.id])


def test_a_public_ip_is_detached_and_another_attached(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, other = launched(sim, client), address(sim, client)
    with pytest.raises(NotAcceptable):
        client.vms.attach_public_ip(vm.id, other.id)
    assert client.vms.detach_public_ip(vm.id).public_ip is None
    assert len(client.vms.interfaces(vm.id)) == 1
    with pytest.raises(NotAcceptable):
        client.vms.detach_public_ip(vm.id)
    assert client.vms.attach_public_ip(vm.id, other.id).public_ip == other.id
    first, second = client.vms.interfaces(vm.id)
    assert (first.default, first.public_ip_id) == (True, other.id)
    assert (second.default, second.public_ip_id) == (False, None)


def test_after_an_address_is_attached_a_vm_takes_no_change_for_a_moment(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client, public_ip=False)
    other, data = address(sim, client), disk(sim, client)
    updating = client.vms.attach_public_ip(vm.id, other.id)
    assert (updating.status, updating.allowed_actions) == ("updating", ("terminate",))
    acts: list[Callable[[], object]] = [
        lambda: client.vms.restart(vm.id),
        lambda: client.vms.soft_reboot(vm.id),
        lambda: client.vms.detach_public_ip(vm.id),
        lambda: client.vms.attach_storages(vm.id, [data.id]),
    ]
    for act in acts:
        with pytest.raises(NotAcceptable, match="while the VM is updating"):
            act()
    settle(sim)
    settled = client.vms.get(vm.id)
    assert (settled.status, settled.restart_required) == ("launched", True)
    assert client.vms.restart(vm.id).status == "restarting"


def test_an_address_of_another_cluster_does_not_fit(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client, public_ip=False)
    far = address(sim, client, cluster_id=ELSEWHERE)
    with pytest.raises(Unprocessable, match="must be in the VM's cluster"):
        client.vms.attach_public_ip(vm.id, far.id)


def test_a_restart_is_required_until_there_was_one(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    assert not vm.restart_required
    assert client.vms.attach_storages(vm.id, [disk(sim, client).id]).restart_required
    client.vms.soft_reboot(vm.id)
    settle(sim)
    assert client.vms.get(vm.id).restart_required
    client.vms.restart(vm.id)
    settle(sim)
    assert not client.vms.get(vm.id).restart_required
    assert client.vms.detach_public_ip(vm.id).restart_required


def test_a_larger_disk_is_seen_after_a_restart(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    client.storages.update(vm.boot_disk or "", volume_gb=50)
    assert client.vms.get(vm.id).restart_required


def test_what_a_terminated_vm_had_is_free(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, data = launched(sim, client), disk(sim, client)
    client.vms.attach_storages(vm.id, [data.id])
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.storages.get(data.id).attached_to == ()
    assert client.vms.interfaces(vm.id) == ()
    assert not client.vms.get(vm.id).restart_required
