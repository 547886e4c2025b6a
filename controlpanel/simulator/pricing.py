"""What things cost, in USD per hour."""

from __future__ import annotations

from decimal import Decimal

from controlpanel.simulator.catalogue import (
    Cluster,
    Configuration,
    clusters_by_id,
    configurations_by_id,
    is_offered,
)
from controlpanel.simulator.records import PublicIpRecord, Rented, StorageRecord, VMRecord

HOURS_A_MONTH = 730

_PER_VCPU = {"regular": Decimal("0.0085"), "premium": Decimal("0.0150"), "shared": Decimal("0.003")}
_PER_GB_OF_RAM = Decimal("0.0016")
_PER_GB_OF_DISK = Decimal("0.00011")
_REPLICATED = 3
_PER_PUBLIC_IP = Decimal("0.0040")


def vm_price(configuration: Configuration, cluster: Cluster) -> Decimal | None:
    """Return the price of a VM, None where it is not sold."""
    if not is_offered(configuration, cluster):
        return None
    cpu = configuration.vcpu * _PER_VCPU[configuration.family]
    return _rounded((cpu + configuration.ram_gb * _PER_GB_OF_RAM) * cluster.price_factor)


def storage_price(cluster: Cluster, *, replicated: bool) -> Decimal | None:
    """Return the price per GB, None where replicated disks are not sold."""
    if replicated and not cluster.replicated_gb:
        return None
    copies = _REPLICATED if replicated else 1
    return _rounded(_PER_GB_OF_DISK * cluster.price_factor * copies)


def public_ip_price(cluster: Cluster) -> Decimal:
    return _rounded(_PER_PUBLIC_IP * cluster.price_factor)


def hourly(rented: Rented) -> Decimal:
    """Return what something that is already rented costs."""
    cluster = clusters_by_id[rented.cluster_id]
    if isinstance(rented, VMRecord):
        return vm_price(configurations_by_id[rented.configuration_id], cluster) or Decimal(0)
    if isinstance(rented, StorageRecord):
        per_gb = storage_price(cluster, replicated=rented.replicated) or Decimal(0)
        return per_gb * rented.volume_gb
    assert isinstance(rented, PublicIpRecord)  # noqa: S101
    return public_ip_price(cluster)


def as_text(amount: Decimal) -> str:
    """Write an amount the way the API does: plainly, never with an exponent."""
    return f"{amount:f}"


def _rounded(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.000001"))
