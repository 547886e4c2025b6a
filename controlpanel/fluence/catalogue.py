"""Calls about what can be rented, and where."""

from __future__ import annotations

from collections.abc import Iterable

from controlpanel.fluence.calls import Group, May, Send, read
from controlpanel.fluence.dialects import in_either_dialect
from controlpanel.fluence.queries import query
from controlpanel.fluence.types.catalogue import (
    Cluster,
    ClusterResources,
    Configuration,
    Datacenter,
    Image,
    StorageType,
)


class Catalogue(Group[May]):
    """`client.catalogue`."""

    @read("GET /v1/datacenters")
    def datacenters(self, send: Send) -> tuple[Datacenter, ...]:
        """Return every datacenter."""
        return send().all(Datacenter)

    @read("GET /v1/clusters")
    def clusters(self, send: Send) -> tuple[Cluster, ...]:
        """Return every cluster."""
        return send().all(Cluster)

    @read("GET /v1/configurations/virtual_machines")
    def configurations(self, send: Send) -> tuple[Configuration, ...]:
        """Return every size there is, also those sold nowhere; `resources` says what is."""
        return send().all(Configuration)

    @read("GET /v1/storages/default_images")
    def images(self, send: Send) -> tuple[Image, ...]:
        """Return every OS image; by the guide's `GET /v1/default_images` where that is known."""
        answer = in_either_dialect(
            self._transport.base_url,
            "default images",
            openapi=send,
            guide=lambda: send.to("/v1/default_images"),
        )
        return answer.all(Image)

    @read("GET /v1/storages/types")
    def storage_types(self, send: Send) -> tuple[StorageType, ...]:
        """Return the kinds of disk and their limits."""
        return send().all(StorageType)

    @read("GET /v1/clusters/resources")
    def resources(self, send: Send, cluster_ids: Iterable[str] = ()) -> dict[str, ClusterResources]:
        """Return what each cluster can still give, by cluster id; of all clusters by default.

        A cluster that Fluence cannot ask just now is missing.
        """
        return send(query=query(cluster_ids=cluster_ids)).mapping("resources", ClusterResources)

    @read("GET /v1/clusters/{cluster_id}/resources")
    def cluster_resources(self, send: Send, cluster_id: str) -> ClusterResources:
        """Return what one cluster can still give. Raises NotFound."""
        return send(cluster_id=cluster_id).one(ClusterResources)
