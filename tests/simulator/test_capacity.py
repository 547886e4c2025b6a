"""Clusters run out, and get room again."""

import pytest

from controlpanel.fluence import Changes, FluenceClient, NewStorage, Unprocessable, VMCost
from controlpanel.simulator.catalogue import CLUSTERS, NOT_IN_SMALL_CLUSTERS, SMALL_CLUSTER
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import boot_disk, cluster_named, configuration_id, rent, vm_request

SMALL = cluster_named(SMALL_CLUSTER)
FOUR_VCPU = "cpu-regular-4vcpu-8gb"


def offered(client: FluenceClient) -> list[str]:
    found = client.catalogue.cluster_resources(SMALL.id)
    return [configuration.slug for configuration in found.available_configurations]


def test_what_is_offered_shrinks_as_vms_are_rented(client: FluenceClient[Changes]) -> None:
    assert "cpu-regular-8vcpu-16gb" in offered(client)
    rent(client, cluster=SMALL_CLUSTER, slug=FOUR_VCPU, public_ip=False)
    assert FOUR_VCPU in offered(client)
    assert "cpu-regular-8vcpu-16gb" not in offered(client)
    rent(client, cluster=SMALL_CLUSTER, slug=FOUR_VCPU, public_ip=False)
    assert offered(client) == []


def test_a_full_cluster_refuses_and_says_why(client: FluenceClient[Changes]) -> None:
    rent(client, cluster=SMALL_CLUSTER, slug="cpu-regular-8vcpu-16gb", public_ip=False)
    with pytest.raises(Unprocessable, match="needs 2 vCPU, 0 are free"):
        rent(client, cluster=SMALL_CLUSTER, public_ip=False)


def test_a_terminated_vm_makes_room(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    vm = rent(client, cluster=SMALL_CLUSTER, slug="cpu-regular-8vcpu-16gb", public_ip=False)
    client.vms.terminate(vm.id)
    sim.clock.advance(60)
    rent(client, cluster=SMALL_CLUSTER, public_ip=False)


def test_addresses_run_out_while_there_are_still_vcpu(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    for number in range(SMALL.public_ips):
        rent(client, f"vm-{number}", cluster=SMALL_CLUSTER)
    assert client.catalogue.cluster_resources(SMALL.id).available_public_ips == {"V4": 0}
    with pytest.raises(Unprocessable, match="no public IP is free"):
        rent(client, cluster=SMALL_CLUSTER)
    sim.clock.advance(120)
    vms = client.vms.list(expand=["publicIp"]).items
    addresses = {
        vm.expanded.public_ip.address for vm in vms if vm.expanded and vm.expanded.public_ip
    }
    assert len(addresses) == SMALL.public_ips


def test_disks_run_out(client: FluenceClient[Changes]) -> None:
    too_big = boot_disk(SMALL, volume_gb=SMALL.storage_gb + 1)
    with pytest.raises(Unprocessable, match="301 GB of disk are needed, 300 GB are free"):
        rent(client, cluster=SMALL_CLUSTER, public_ip=False, boot_disk=too_big)
    data = NewStorage(name="data", cluster_id=SMALL.id, volume_gb=280)
    with pytest.raises(Unprocessable, match="305 GB of disk"):
        rent(client, cluster=SMALL_CLUSTER, public_ip=False, data_disks=[data])


def test_replicated_disks_are_not_everywhere(client: FluenceClient[Changes]) -> None:
    disk = boot_disk(SMALL, replicated=True)
    with pytest.raises(Unprocessable, match="no replicated storage"):
        rent(client, cluster=SMALL_CLUSTER, boot_disk=disk)


def test_many_clusters_are_compared_in_one_call(client: FluenceClient) -> None:
    everywhere = client.catalogue.resources()
    assert set(everywhere) == {cluster.id for cluster in CLUSTERS}
    two = [CLUSTERS[0].id, CLUSTERS[3].id]
    assert set(client.catalogue.resources(two)) == set(two)
    assert everywhere[SMALL.id] == client.catalogue.cluster_resources(SMALL.id)


def test_a_size_may_be_missing_in_some_clusters(client: FluenceClient) -> None:
    having = [
        cluster_id
        for cluster_id, resources in client.catalogue.resources().items()
        if NOT_IN_SMALL_CLUSTERS in [each.slug for each in resources.available_configurations]
    ]
    assert 0 < len(having) < len(CLUSTERS)


def test_what_is_offered_has_a_price_and_can_be_had(client: FluenceClient[Changes]) -> None:
    for cluster_id, resources in client.catalogue.resources().items():
        priced = {price.configuration_id for price in client.prices.vms(cluster_id)}
        assert {each.id for each in resources.available_configurations} <= priced
    cheap = client.prices.cost(
        [VMCost(cluster_id=SMALL.id, configuration_id=configuration_id(FOUR_VCPU))]
    )
    assert cheap.total_cost > 0
    assert vm_request(client, cluster=SMALL_CLUSTER).cluster_id == SMALL.id
