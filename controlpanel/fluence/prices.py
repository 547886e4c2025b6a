"""Calls about prices."""

from __future__ import annotations

from collections.abc import Iterable

from controlpanel.fluence.queries import query
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types import Cost, CostResource, PublicIpPrice, StoragePrice, VMPrice


class Prices:
    """`client.prices`. All are reads in effect; `cost` is a POST that changes nothing."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def vms(self, cluster_id: str | None = None) -> tuple[VMPrice, ...]:
        """`GET /v1/prices/vm`."""
        return self._transport.get("/v1/prices/vm", query(clusterId=cluster_id)).all(VMPrice)

    def storages(self, cluster_id: str | None = None) -> tuple[StoragePrice, ...]:
        """`GET /v1/prices/storage`."""
        found = self._transport.get("/v1/prices/storage", query(clusterId=cluster_id))
        return found.all(StoragePrice)

    def public_ips(self, cluster_id: str | None = None) -> tuple[PublicIpPrice, ...]:
        """`GET /v1/prices/public-ip`."""
        found = self._transport.get("/v1/prices/public-ip", query(clusterId=cluster_id))
        return found.all(PublicIpPrice)

    def cost(self, resources: Iterable[CostResource], secs: int = 3600) -> Cost:
        """Return what the resources together cost for `secs` seconds. `POST /v1/prices/cost`.

        Sent once like any POST, but as a question: a lost answer is Unavailable.
        """
        body = {"resources": [resource.to_wire() for resource in resources], "secs": secs}
        return self._transport.ask("/v1/prices/cost", body).one(Cost)
