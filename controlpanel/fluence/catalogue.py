"""Calls about what can be rented, and where."""

from __future__ import annotations

from collections.abc import Iterable

from controlpanel.fluence.forms import in_either_form
from controlpanel.fluence.queries import query, segment
from controlpanel.fluence.transport import Transport
from controlpanel.fluence.types import (
    Cluster,
    ClusterResources,
    Configuration,
    Datacenter,
    Image,
    StorageType,
)


class Catalogue:
    """`client.catalogue`. All are reads."""

    def __init__(self, transport: Transport) -> None:
        self._transport = transport

    def datacenters(self) -> tuple[Datacenter, ...]:
        """`GET /v1/datacenters`."""
        return self._transport.get("/v1/datacenters").all(Datacenter)

    def clusters(self) -> tuple[Cluster, ...]:
        """`GET /v1/clusters`."""
        return self._transport.get("/v1/clusters").all(Cluster)

    def configurations(self) -> tuple[Configuration, ...]:
        """Return every size there is, also those sold nowhere.

        `resources` says what can be bought. `GET /v1/configurations/virtual_machines`.
        """
        return self._transport.get("/v1/configurations/virtual_machines").all(Configuration)

    def images(self) -> tuple[Image, ...]:
        """`GET /v1/storages/default_images`, or the guide's `GET /v1/default_images`."""
        answer = in_either_form(
            self._transport.base_url,
            "default images",
            openapi=lambda: self._transport.get("/v1/storages/default_images"),
            guide=lambda: self._transport.get("/v1/default_images"),
        )
        return answer.all(Image)

    def storage_types(self) -> tuple[StorageType, ...]:
        """`GET /v1/storages/types`."""
        return self._transport.get("/v1/storages/types").all(StorageType)

    def resources(self, cluster_ids: Iterable[str] = ()) -> dict[str, ClusterResources]:
        """Return what each cluster can still give, by cluster id; of all clusters by default.

        A cluster that Fluence cannot ask just now is missing. `GET /v1/clusters/resources`.
        """
        answer = self._transport.get("/v1/clusters/resources", query(clusterIds=cluster_ids))
        return answer.mapping("resources", ClusterResources)

    def cluster_resources(self, cluster_id: str) -> ClusterResources:
        """`GET /v1/clusters/{cluster_id}/resources`. Raises NotFound."""
        path = f"/v1/clusters/{segment(cluster_id)}/resources"
        return self._transport.get(path).one(ClusterResources)
