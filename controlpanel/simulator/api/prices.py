"""Prices, and what a set of resources costs."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from controlpanel.simulator import catalogue, listing
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.pricing import as_text, public_ip_price, storage_price, vm_price
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json

SECONDS_AN_HOUR = 3600
SECONDS_A_MONTH = 730 * SECONDS_AN_HOUR


@route("GET", "/v1/prices/vm", scope="prices:read")
def vm_prices(call: Call) -> Json:
    return {
        "items": [
            {
                "vmTypeId": {"clusterId": cluster.id, "vmConfigurationId": configuration.id},
                "priceInfo": {"pricePerHourPerQty": as_text(price)},
            }
            for cluster in _clusters(call)
            for configuration in catalogue.CONFIGURATIONS
            if (price := vm_price(configuration, cluster)) is not None
        ]
    }


@route("GET", "/v1/prices/storage", scope="prices:read")
def storage_prices(call: Call) -> Json:
    return {
        "items": [
            {
                "storageTypeId": {
                    "clusterId": cluster.id,
                    "storageType": "NVME",
                    "replicated": replicated,
                },
                "priceInfo": {"pricePerHourPerQty": as_text(price)},
            }
            for cluster in _clusters(call)
            for replicated in (False, True)
            if (price := storage_price(cluster, replicated=replicated)) is not None
        ]
    }


@route("GET", "/v1/prices/public-ip", scope="prices:read")
def public_ip_prices(call: Call) -> Json:
    return {
        "items": [
            {
                "publicIpTypeId": {"clusterId": cluster.id, "addressType": "V4"},
                "priceInfo": {"pricePerHourPerQty": as_text(public_ip_price(cluster))},
            }
            for cluster in _clusters(call)
        ]
    }


@route("POST", "/v1/prices/cost", scope="prices:read")
def cost(call: Call) -> Json:
    """Add up what the resources cost for `secs` seconds, a month when not given."""
    fields = Fields(call.body)
    secs = fields.whole_number("secs") if fields.has("secs") else SECONDS_A_MONTH
    fields.required("resources")
    rows = []
    hourly = Decimal(0)
    for number, resource in enumerate(fields.array("resources")):
        price = _price_of(resource, f"resources[{number}]")
        hourly += price
        rows.append({"resource": resource, "costPerSec": _per_second(price)})
    return {
        "costOfResources": rows,
        "periodSecs": secs,
        "totalCost": as_text(round(hourly * secs / SECONDS_AN_HOUR, 10)),
        "totalCostPerSec": _per_second(hourly),
    }


def _clusters(call: Call) -> list[catalogue.Cluster]:
    wanted = listing.single_uuid(call.query, "clusterId")
    return [cluster for cluster in catalogue.CLUSTERS if wanted in (None, cluster.id)]


def _per_second(hourly: Decimal) -> str:
    return as_text(round(hourly / SECONDS_AN_HOUR, 14))


def _price_of(resource: Any, where: str) -> Decimal:  # noqa: ANN401
    one = Fields(resource, where)
    for kind, price_of in (("vm", _vm), ("storage", _storage), ("publicIp", _public_ip)):
        if one.has(kind):
            part = Fields(one.required(kind), f"{where}.{kind}")
            of = Fields(part.required("resource_id"), part.name_of("resource_id"))
            cluster = catalogue.clusters_by_id.get(of.uuid("clusterId"))
            price = None if cluster is None else price_of(part, of, cluster)
            if price is None:
                raise ApiError("not_found", f"{where}: no price for this.")
            return price
    raise ApiError("unprocessable_entity", f"{where}: must have vm, storage or publicIp.")


def _vm(_part: Fields, of: Fields, cluster: catalogue.Cluster) -> Decimal | None:
    configuration = catalogue.configurations_by_id.get(of.uuid("vmConfigurationId"))
    return None if configuration is None else vm_price(configuration, cluster)


def _storage(part: Fields, of: Fields, cluster: catalogue.Cluster) -> Decimal | None:
    volume = part.whole_number("volume_gb", bits=32)
    of.one_of("storageType", *catalogue.storage_types_by_name)
    per_gb = storage_price(cluster, replicated=of.boolean("replicated"))
    return None if per_gb is None else per_gb * volume


def _public_ip(_part: Fields, of: Fields, cluster: catalogue.Cluster) -> Decimal:
    of.one_of("addressType", "V4")
    return public_ip_price(cluster)
