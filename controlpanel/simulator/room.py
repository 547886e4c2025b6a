"""Whether there is room in a cluster, and money for the first hour."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from controlpanel.simulator.capacity import free_public_ips, free_storage_gb, free_vcpu
from controlpanel.simulator.catalogue import Cluster, Configuration
from controlpanel.simulator.records import AccountRecord, State
from controlpanel.simulator.router import ApiError


def check_vcpu(state: State, cluster: Cluster, configuration: Configuration) -> None:
    free, needed = free_vcpu(state, cluster), configuration.vcpu
    if needed > free:
        raise _full(cluster, f"{configuration.slug} needs {needed} vCPU, {free} are free")


def check_disk_space(state: State, cluster: Cluster, disks: Iterable[tuple[int, bool]]) -> None:
    """Check the room for new disks, each given as its GB and whether it is replicated."""
    asked = {False: 0, True: 0}
    for volume_gb, replicated in disks:
        asked[replicated] += volume_gb
    for replicated, needed in asked.items():
        free = free_storage_gb(state, cluster, replicated=replicated)
        if needed > free:
            raise _full(cluster, f"{needed} GB of disk are needed, {free} GB are free")


def check_public_ip(state: State, cluster: Cluster) -> None:
    if not free_public_ips(state, cluster):
        raise _full(cluster, "no public IP is free")


def check_balance(account: AccountRecord, first_hour: Decimal) -> None:
    if account.balance < first_hour:
        balance = max(account.balance, Decimal(0))
        raise ApiError(
            "insufficient_balance",
            f"The first hour costs {first_hour:.4f} USD, and the balance is {balance:.4f} USD.",
        )


def _full(cluster: Cluster, what: str) -> ApiError:
    return ApiError("unprocessable_entity", f"Not enough room in cluster {cluster.name}: {what}.")
