"""Calls about the subnets of private networks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.networks import NewSubnet, Subnet


class SubnetFilters(TypedDict, total=False):
    """Which subnets are looked for."""

    ids: Iterable[str]
    name: str | None
    status: str | None
    vpc_id: str | None


class Subnets(Group[May]):
    """`client.subnets`."""

    @read("GET /v1/subnets")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[SubnetFilters],
    ) -> Page[Subnet]:
        """Return one page of subnets."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(Subnet)

    def iterate(self, *, per_page: int = 100, **filters: Unpack[SubnetFilters]) -> Iterator[Subnet]:
        """Yield every subnet that matches, page by page."""
        return every_page(self.list, filters, per_page)

    @change("POST /v1/vpcs/{vpc_id}/subnets")
    def create(self, send: Send, vpc_id: str, request: NewSubnet) -> Subnet:
        """Make a subnet in a VPC."""
        return send(vpc_id=vpc_id, body=request).one(Subnet)

    @change("PATCH /v1/subnets/{subnet_id}")
    def rename(self, send: Send, subnet_id: str, name: str) -> Subnet:
        """Rename a subnet."""
        return send(subnet_id=subnet_id, body={"name": name}).one(Subnet)

    @change("DELETE /v1/subnets/{subnet_id}")
    def delete(self, send: Send, subnet_id: str) -> Subnet:
        """Delete a subnet."""
        return send(subnet_id=subnet_id).one(Subnet)

    @change("POST /v1/subnets/delete")
    def delete_many(self, send: Send, subnet_ids: Iterable[str]) -> tuple[Subnet, ...]:
        """Delete several subnets."""
        return send(body={"ids": [*subnet_ids]}).all(Subnet)
