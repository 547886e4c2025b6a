"""Calls about prices."""

from __future__ import annotations

from collections.abc import Iterable

from controlpanel.fluence.calls import Group, May, Send, read
from controlpanel.fluence.queries import query
from controlpanel.fluence.types.prices import (
    Cost,
    CostResource,
    PublicIpPrice,
    StoragePrice,
    VMPrice,
)


class Prices(Group[May]):
    """`client.prices`: of everything there is, or in one cluster."""

    @read("GET /v1/prices/vm")
    def vms(self, send: Send, cluster_id: str | None = None) -> tuple[VMPrice, ...]:
        """Return what VMs cost."""
        return send(query=query(cluster_id=cluster_id)).all(VMPrice)

    @read("GET /v1/prices/storage")
    def storages(self, send: Send, cluster_id: str | None = None) -> tuple[StoragePrice, ...]:
        """Return what disks cost."""
        return send(query=query(cluster_id=cluster_id)).all(StoragePrice)

    @read("GET /v1/prices/public-ip")
    def public_ips(self, send: Send, cluster_id: str | None = None) -> tuple[PublicIpPrice, ...]:
        """Return what addresses cost."""
        return send(query=query(cluster_id=cluster_id)).all(PublicIpPrice)

    @read("POST /v1/prices/cost")
    def cost(self, send: Send, resources: Iterable[CostResource], secs: int = 3600) -> Cost:
        """Return what the resources together cost for `secs` seconds.

        Sent once like any POST, but as a question: a lost answer is Unavailable.
        """
        body = {"resources": [resource.to_wire() for resource in resources], "secs": secs}
        return send(body=body).one(Cost)
