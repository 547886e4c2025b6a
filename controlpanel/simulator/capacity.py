"""What a cluster has left: its size less what all accounts hold of it."""

from __future__ import annotations

from ipaddress import IPv4Network

from controlpanel.simulator.catalogue import CLUSTERS, Cluster, configurations_by_id
from controlpanel.simulator.records import State

GONE = ("failed", "terminated", "removed")

_NETWORKS = tuple(IPv4Network("198.18.0.0/15").subnets(new_prefix=20))
"""One for each cluster, of the range set aside for tests of networks (RFC 2544): none of these
addresses belongs to anybody."""


def free_vcpu(state: State, cluster: Cluster) -> int:
    taken = sum(
        configurations_by_id[vm.configuration_id].vcpu
        for vm in state.vms.values()
        if vm.cluster_id == cluster.id and vm.status not in GONE
    )
    return max(cluster.vcpu - taken, 0)


def free_public_ips(state: State, cluster: Cluster) -> int:
    taken = sum(
        public_ip.cluster_id == cluster.id and public_ip.status not in GONE
        for public_ip in state.public_ips.values()
    )
    return max(cluster.public_ips - taken, 0)


def free_storage_gb(state: State, cluster: Cluster, *, replicated: bool) -> int:
    taken = sum(
        storage.volume_gb
        for storage in state.storages.values()
        if storage.cluster_id == cluster.id
        and storage.replicated is replicated
        and storage.status not in GONE
    )
    return max((cluster.replicated_gb if replicated else cluster.storage_gb) - taken, 0)


def free_address(state: State, cluster_id: str) -> str:
    """Return the lowest address of a cluster that nobody has."""
    network = _NETWORKS[next(n for n, cluster in enumerate(CLUSTERS) if cluster.id == cluster_id)]
    taken = {ip.address for ip in state.public_ips.values() if ip.status not in GONE}
    return next(address for host in network.hosts() if (address := str(host)) not in taken)
