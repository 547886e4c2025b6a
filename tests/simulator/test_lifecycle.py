"""How a VM changes status, by a clock that tests move."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, NotAcceptable, VMAction
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.fluence.renting import CREATE, rent


def test_it_launches_within_one_to_two_minutes_of_fluences_time() -> None:
    with (
        running_simulator(speed=1.0) as sim,
        FluenceClient("sim-demo-full", sim.url).for_changes() as client,
    ):
        vm = rent(client)
        assert vm.status == "new"
        sim.clock.advance(17)
        assert client.vms.get(vm.id).status == "launching"
        sim.clock.advance(42)
        assert client.vms.get(vm.id).status == "launching"
        sim.clock.advance(62)
        assert client.vms.get(vm.id).status == "launched"


def test_speed_shortens_it(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    vm = rent(client)
    sim.clock.advance(120 / 20)
    assert client.vms.get(vm.id).status == "launched"


def test_a_launched_vm_has_its_address_and_says_since_when(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    new = client.vms.get(rent(client).id, expand=["publicIp", "bootDisk"])
    assert new.expanded
    assert new.expanded.public_ip
    assert new.expanded.public_ip.address is None
    sim.clock.advance(120)
    vm = client.vms.get(new.id, expand=["publicIp", "bootDisk", "networkInterfaces", "sshKeys"])
    assert vm.ready_since
    assert new.created_at < vm.ready_since == vm.updated_at
    assert vm.expanded
    assert vm.expanded.public_ip
    assert vm.expanded.public_ip.address == "198.18.0.1"
    assert vm.expanded.public_ip.attached_to
    assert vm.expanded.public_ip.attached_to.name == "web-1"
    assert vm.expanded.boot_disk
    assert vm.expanded.boot_disk.attached_to == (vm.id,)
    assert vm.expanded.network_interfaces[0].public_ip_id == vm.public_ip
    assert vm.expanded.ssh_keys[0].name == "laptop"


def test_what_is_advertised_is_not_refused_and_the_rest_is(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    for action, status in (("restart", "restarting"), ("soft_reboot", "softRebooting")):
        with pytest.raises(NotAcceptable, match="not allowed while the VM is"):
            getattr(client.vms, action)(vm.id)
        sim.clock.advance(120)
        assert client.vms.get(vm.id).status == "launched"
        assert client.vms.get(vm.id).allows(VMAction.RESTART)
        assert getattr(client.vms, action)(vm.id).status == status
    assert client.vms.terminate(vm.id).status == "terminating"
    with pytest.raises(NotAcceptable):
        client.vms.terminate(vm.id)


def test_a_terminated_vm_lets_go_of_disk_and_address(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    sim.clock.advance(120)
    client.vms.terminate(vm.id)
    sim.clock.advance(60)
    gone = client.vms.get(vm.id)
    assert gone.status == "terminated"
    assert gone.terminated_at
    assert gone.allowed_actions == ()
    assert gone.public_ip is None
    again = rent(client, "web-2", boot_disk=vm.boot_disk)
    assert again.boot_disk == vm.boot_disk


def test_a_vm_may_be_terminated_before_it_has_launched(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    client.vms.terminate(vm.id)
    sim.clock.advance(600)
    assert client.vms.get(vm.id).status == "terminated"


def test_a_launch_may_fail(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    sim.faults.add("failed_launch", operation=CREATE, times=1)
    vm = rent(client)
    sim.clock.advance(120)
    failed = client.vms.get(vm.id)
    assert (failed.status, failed.allowed_actions) == ("failed", ())
    assert rent(client).status == "new"


def test_the_plan_is_given_by_lists_and_creates_only(client: FluenceClient[Changes]) -> None:
    vm = rent(client)
    assert vm.configuration_slug == "cpu-regular-2vcpu-4gb"
    assert client.vms.list().items[0].vcpu == 2
    assert client.vms.get(vm.id).configuration_slug is None


def test_a_rename_shows_everywhere(client: FluenceClient[Changes]) -> None:
    vm = rent(client)
    assert client.vms.rename(vm.id, "web-2").name == "web-2"
    assert [found.name for found in client.vms.list(ids=[vm.id]).items] == ["web-2"]
