"""Calls about private networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.networks import VPC, NewVPC


class VPCFilters(TypedDict, total=False):
    """Which VPCs are looked for."""

    ids: Iterable[str]
    status: str | None
    cluster_id: str | None
    name: str | None


class VPCs(Group[May]):
    """`client.vpcs`."""

    @read("GET /v1/vpcs")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[VPCFilters],
    ) -> Page[VPC]:
        """Return one page of VPCs."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(VPC)

    def iterate(self, *, per_page: int = 100, **filters: Unpack[VPCFilters]) -> Iterator[VPC]:
        """Yield every VPC that matches, page by page."""
        return every_page(self.list, filters, per_page)

    @change("POST /v1/vpcs")
    def create(self, send: Send, request: NewVPC) -> VPC:
        """Make a VPC."""
        return send(body=request).one(VPC)

    @change("PATCH /v1/vpcs/{vpc_id}")
    def rename(self, send: Send, vpc_id: str, name: str) -> VPC:
        """Rename a VPC."""
        return send(vpc_id=vpc_id, body={"name": name}).one(VPC)

    @change("DELETE /v1/vpcs/{vpc_id}")
    def delete(self, send: Send, vpc_id: str) -> VPC:
        """Delete a VPC."""
        return send(vpc_id=vpc_id).one(VPC)

    @change("POST /v1/vpcs/delete")
    def delete_many(self, send: Send, vpc_ids: Iterable[str]) -> tuple[VPC, ...]:
        """Delete several VPCs."""
        return send(body={"ids": [*vpc_ids]}).all(VPC)
