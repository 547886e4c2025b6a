"""What is advertised is never answered 406, and what is not, always."""

from collections.abc import Callable

import pytest

from controlpanel.fluence import Changes, FluenceClient, FluenceError, NewStorage, NotAcceptable
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent
from tests.simulator.renting_parts import CLUSTER, address, disk, settle

Act = Callable[[FluenceClient[Changes], str], object]
NOBODY = "00000000-0000-4000-8000-000000000000"

VM_ACTS: dict[str, Act] = {
    "addPublicIp": lambda c, id_: c.vms.attach_public_ip(id_, NOBODY),
    "removePublicIp": lambda c, id_: c.vms.detach_public_ip(id_),
    "addStorages": lambda c, id_: c.vms.attach_storages(id_, [NOBODY]),
    "removeStorages": lambda c, id_: c.vms.detach_storages(id_, [NOBODY]),
    "updateNetworkInterface": lambda c, id_: c.vms.set_security_group(id_, NOBODY, None),
    "restart": lambda c, id_: c.vms.restart(id_),
    "softReboot": lambda c, id_: c.vms.soft_reboot(id_),
    "terminate": lambda c, id_: c.vms.terminate(id_),
}
STORAGE_ACTS: dict[str, Act] = {
    "update": lambda c, id_: c.storages.update(id_, name="other"),
    "delete": lambda c, id_: c.storages.delete(id_),
}
PUBLIC_IP_ACTS: dict[str, Act] = {
    "update": lambda c, id_: c.public_ips.rename(id_, "other"),
    "delete": lambda c, id_: c.public_ips.delete(id_),
}


def is_refused(act: Act, client: FluenceClient[Changes], id_: str) -> bool:
    """Whether it is answered 406; other complaints are about what else was sent."""
    try:
        act(client, id_)
    except NotAcceptable:
        return True
    except FluenceError:
        return False
    return False


def launching(client: FluenceClient, _sim: RunningSimulator, vm_id: str) -> None:
    pass


def launch(client: FluenceClient, sim: RunningSimulator, vm_id: str) -> None:
    settle(sim)


def launch_bare(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    settle(sim)
    client.vms.detach_public_ip(vm_id)


def launch_with_disk(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    settle(sim)
    client.vms.attach_storages(vm_id, [disk(sim, client).id])


def restart(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    settle(sim)
    client.vms.restart(vm_id)


def terminate(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    client.vms.terminate(vm_id)


def terminate_and_wait(client: FluenceClient[Changes], sim: RunningSimulator, vm_id: str) -> None:
    client.vms.terminate(vm_id)
    settle(sim)


@pytest.mark.parametrize("action", VM_ACTS)
@pytest.mark.parametrize(
    "reach",
    [launching, launch, launch_bare, launch_with_disk, restart, terminate, terminate_and_wait],
)
def test_of_a_vm(
    sim: RunningSimulator,
    client: FluenceClient[Changes],
    reach: Callable[[FluenceClient, RunningSimulator, str], None],
    action: str,
) -> None:
    sim.clock.speed = 1  # so that nothing goes on by itself meanwhile
    vm_id = rent(client).id
    reach(client, sim, vm_id)
    advertised = action in client.vms.get(vm_id).allowed_actions
    assert is_refused(VM_ACTS[action], client, vm_id) is not advertised


@pytest.mark.parametrize("action", STORAGE_ACTS)
@pytest.mark.parametrize("state", ["new", "free", "attached", "updating", "removed"])
def test_of_a_storage(
    sim: RunningSimulator, client: FluenceClient[Changes], state: str, action: str
) -> None:
    sim.clock.speed = 1
    made = disk(sim, client)
    if state == "new":
        made = client.storages.create(NewStorage(name="n", cluster_id=CLUSTER, volume_gb=25))
    elif state == "attached":
        vm_id = rent(client).id
        settle(sim)
        client.vms.attach_storages(vm_id, [made.id])
    elif state == "updating":
        client.storages.update(made.id, volume_gb=99)
    elif state == "removed":
        client.storages.delete(made.id)
        settle(sim)
    advertised = action in client.storages.get(made.id).allowed_actions
    assert advertised is (state == "free" or (state == "attached" and action == "update"))
    assert is_refused(STORAGE_ACTS[action], client, made.id) is not advertised


@pytest.mark.parametrize("action", PUBLIC_IP_ACTS)
@pytest.mark.parametrize("state", ["free", "attached", "removed"])
def test_of_a_public_ip(
    sim: RunningSimulator, client: FluenceClient[Changes], state: str, action: str
) -> None:
    made = address(sim, client)
    if state == "attached":
        vm_id = rent(client, public_ip=False).id
        settle(sim)
        client.vms.attach_public_ip(vm_id, made.id)
    elif state == "removed":
        client.public_ips.delete(made.id)
        settle(sim)
    [now] = client.public_ips.list(ids=[made.id]).items
    advertised = action in now.allowed_actions
    assert advertised is (state == "free" or (state == "attached" and action == "update"))
    assert is_refused(PUBLIC_IP_ACTS[action], client, made.id) is not advertised
