"""Prices by cluster, and what a set of resources costs."""

from __future__ import annotations

from typing import Any

from pydantic import AliasPath, Field

from controlpanel.fluence.types.base import Answer, Id, Money, Price, Request

PRICE = AliasPath("priceInfo", "pricePerHourPerQty")


class VMPrice(Answer):
    """What one VM of a configuration costs in a cluster, in USD per hour."""

    cluster_id: Id = Field(validation_alias=AliasPath("vmTypeId", "clusterId"))
    configuration_id: Id = Field(validation_alias=AliasPath("vmTypeId", "vmConfigurationId"))
    price_per_hour_per_qty: Price = Field(validation_alias=PRICE)


class StoragePrice(Answer):
    """What a disk costs in a cluster, in USD per hour and GB."""

    cluster_id: Id = Field(validation_alias=AliasPath("storageTypeId", "clusterId"))
    storage_type: str = Field(validation_alias=AliasPath("storageTypeId", "storageType"))
    replicated: bool = Field(validation_alias=AliasPath("storageTypeId", "replicated"))
    price_per_hour_per_qty: Price = Field(validation_alias=PRICE)


class PublicIpPrice(Answer):
    """What an address costs in a cluster, in USD per hour."""

    cluster_id: Id = Field(validation_alias=AliasPath("publicIpTypeId", "clusterId"))
    address_type: str = Field(validation_alias=AliasPath("publicIpTypeId", "addressType"))
    price_per_hour_per_qty: Price = Field(validation_alias=PRICE)


class ResourceCost(Answer):
    """The cost of one resource, in USD per second. `resource` is the one that was asked about."""

    cost_per_sec: Money
    resource: dict[str, Any] = Field(default_factory=dict)


class Cost(Answer):
    """An estimate: `total_cost` in USD for `period_secs` seconds. `POST /v1/prices/cost`."""

    total_cost: Money
    total_cost_per_sec: Money
    period_secs: int
    cost_of_resources: tuple[ResourceCost, ...] = ()


class VMCost(Request):
    """Ask what a VM costs."""

    cluster_id: str
    configuration_id: str

    def to_wire(self) -> dict[str, Any]:
        resource = {"clusterId": self.cluster_id, "vmConfigurationId": self.configuration_id}
        return {"vm": {"resource_id": resource}}


class StorageCost(Request):
    """Ask what a disk of `volume_gb` GB costs."""

    cluster_id: str
    storage_type: str
    replicated: bool
    volume_gb: int

    def to_wire(self) -> dict[str, Any]:
        resource = {
            "clusterId": self.cluster_id,
            "storageType": self.storage_type,
            "replicated": self.replicated,
        }
        return {"storage": {"resource_id": resource, "volume_gb": self.volume_gb}}


class PublicIpCost(Request):
    """Ask what a public IP costs."""

    cluster_id: str
    address_type: str = "V4"

    def to_wire(self) -> dict[str, Any]:
        resource = {"clusterId": self.cluster_id, "addressType": self.address_type}
        return {"publicIp": {"resource_id": resource}}


CostResource = VMCost | StorageCost | PublicIpCost
