"""VPCs and subnets hold each other, and VMs hold subnets, against deletion."""

import pytest

from controlpanel.fluence import (
    VPC,
    Changes,
    FluenceClient,
    NewSecurityGroup,
    NewSubnet,
    NewVPC,
    Subnet,
    Unprocessable,
)
from controlpanel.simulator.testing import RunningSimulator
from tests.simulator.renting_parts import CLUSTER, ELSEWHERE, launched, settle


def vpc(client: FluenceClient[Changes], name: str = "main") -> VPC:
    return client.vpcs.create(NewVPC(name=name, cluster_id=CLUSTER))


def subnet(client: FluenceClient[Changes], of: VPC, cidr: str | None = "10.1.0.0/24") -> Subnet:
    return client.subnets.create(of.id, NewSubnet(name="web", cluster_id=CLUSTER, ipv4_cidr=cidr))


def test_they_become_ready(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    home = vpc(client)
    inner = subnet(client, home)
    assert (home.status, inner.status) == ("new", "new")
    settle(sim)
    [ready] = client.vpcs.list(ids=[home.id]).items
    assert (ready.status, ready.subnets_count) == ("ready", 1)
    [ready_subnet] = client.subnets.list(vpc_id=home.id).items
    assert (ready_subnet.status, ready_subnet.vpc_id) == ("ready", home.id)
    assert client.vpcs.rename(home.id, "home").name == "home"
    assert client.subnets.rename(inner.id, "app").name == "app"


def test_a_vpc_with_parts_cannot_be_deleted(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    home = vpc(client)
    inner = subnet(client, home)
    with pytest.raises(Unprocessable, match="still has 1 subnets"):
        client.vpcs.delete(home.id)
    client.subnets.delete(inner.id)
    group = client.security_groups.create(NewSecurityGroup(name="web", cluster_id=CLUSTER))
    assert group.vpc_id == home.id
    with pytest.raises(Unprocessable, match="still has 1 security groups"):
        client.vpcs.delete(home.id)
    client.security_groups.delete(group.id)
    assert client.vpcs.delete(home.id).status == "removing"
    settle(sim)
    [gone] = client.vpcs.list(ids=[home.id]).items
    assert gone.status == "removed"


def test_a_vm_joins_the_oldest_subnet_and_keeps_it(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    inner = subnet(client, vpc(client))
    vm = launched(sim, client)
    assert vm.subnets == (inner.id,)
    with pytest.raises(Unprocessable, match="in use by VM web-1"):
        client.subnets.delete(inner.id)
    client.vms.terminate(vm.id)
    settle(sim)
    assert client.subnets.delete(inner.id).status == "removing"


def test_a_network_is_made_for_a_vm_that_finds_none(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    [made] = client.subnets.list().items
    assert (made.name, made.id) == ("default", vm.subnets[0])
    assert [each.name for each in client.vpcs.list().items] == ["default"]
    again = launched(sim, client, name="web-2")
    assert again.subnets == vm.subnets


@pytest.mark.parametrize(
    ("cidr", "says"),
    [("10.1.0.0", None), ("10.1.0.1/24", "network"), ("x", "network"), ("10.1.0.128/25", None)],
)
def test_a_subnet_needs_a_network_of_its_own(
    client: FluenceClient[Changes], cidr: str, says: str | None
) -> None:
    home = vpc(client)
    subnet(client, home)
    with pytest.raises(Unprocessable, match=f"ipv4Cidr: .*{says or 'overlaps'}"):
        subnet(client, home, cidr)


def test_a_subnet_is_in_its_vpcs_cluster(client: FluenceClient[Changes]) -> None:
    home = vpc(client)
    with pytest.raises(Unprocessable, match="must be the VPC's cluster"):
        client.subnets.create(home.id, NewSubnet(name="far", cluster_id=ELSEWHERE))


def test_what_is_on_its_way_out_cannot_be_used(client: FluenceClient[Changes]) -> None:
    home = vpc(client)
    client.vpcs.delete(home.id)
    for act in (
        lambda: client.vpcs.rename(home.id, "x"),
        lambda: client.vpcs.delete(home.id),
        lambda: subnet(client, home),
    ):
        with pytest.raises(Unprocessable, match="is removing"):
            act()


def test_many_are_deleted_together_or_not_at_all(client: FluenceClient[Changes]) -> None:
    empty, full = vpc(client, "empty"), vpc(client, "full")
    inner = subnet(client, full)
    with pytest.raises(Unprocessable):
        client.vpcs.delete_many([empty.id, full.id])
    assert client.vpcs.list(status="removing").items == ()
    client.subnets.delete_many([inner.id])
    assert len(client.vpcs.delete_many([empty.id, full.id])) == 2
