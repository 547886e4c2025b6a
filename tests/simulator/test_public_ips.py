"""Public IPs of their own: made, renamed, deleted when no VM has them."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, NotAcceptable, Unprocessable
from controlpanel.simulator.catalogue import SMALL_CLUSTER
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import cluster_named
from tests.simulator.renting_parts import address, launched, settle


def test_it_gets_its_address_when_it_is_ready(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = address(sim, client)
    assert (made.status, made.address, made.allowed_actions) == ("new", None, ())
    [ready] = client.public_ips.list(ids=[made.id]).items
    assert (ready.status, ready.address) == ("ready", "198.18.0.1")
    assert set(ready.allowed_actions) == {"update", "delete", "attachToVm"}
    assert client.public_ips.rename(made.id, "mail").name == "mail"


def test_one_in_use_cannot_be_deleted(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    assert vm.public_ip
    with pytest.raises(NotAcceptable, match="attached to a VM"):
        client.public_ips.delete(vm.public_ip)
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.public_ips.delete(vm.public_ip).status == "removing"
    settle(sim)
    [gone] = client.public_ips.list(ids=[vm.public_ip]).items
    assert gone.status == "removed"


def test_a_removed_address_is_given_to_the_next(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    first = address(sim, client)
    client.public_ips.delete(first.id)
    settle(sim)
    second = address(sim, client)
    [ready] = client.public_ips.list(ids=[second.id]).items
    assert ready.address == "198.18.0.1"


def test_they_run_out(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    small = cluster_named(SMALL_CLUSTER)
    for _ in range(small.public_ips):
        address(sim, client, cluster_id=small.id)
    with pytest.raises(Unprocessable, match="no public IP is free"):
        address(sim, client, cluster_id=small.id)


def test_lists_are_filtered(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    free = address(sim, client)
    vm = launched(sim, client)
    assert len(client.public_ips.list().items) == 2
    assert [each.id for each in client.public_ips.list(exclude_attached=True).items] == [free.id]
    [used] = client.public_ips.list(ids=[vm.public_ip or ""]).items
    assert used.attached_to
    assert used.attached_to.id == vm.id
    assert client.public_ips.list(city_code="FRA").items == ()
    assert len(client.public_ips.list(city_code="WAW").items) == 2
