"""Calls about rented addresses."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.networks import NewPublicIp, PublicIp


class PublicIpFilters(TypedDict, total=False):
    """Which addresses are looked for; `exclude_attached` leaves those that no VM has.

    `name` is a pattern as for VMs. `sort` is createdAt, name or status; `order` asc or desc.
    """

    ids: Iterable[str]
    cluster_id: str | None
    datacenter_id: str | None
    city_code: str | None
    name: str | None
    status: Iterable[str]
    exclude_status: Iterable[str]
    address_type: str | None
    exclude_attached: bool | None
    sort: str | None
    order: str | None


class PublicIps(Group[May]):
    """`client.public_ips`: addresses, attached or not."""

    @read("GET /v1/public_ips")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[PublicIpFilters],
    ) -> Page[PublicIp]:
        """Return one page of public IPs."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(PublicIp)

    def iterate(
        self, *, per_page: int = 100, **filters: Unpack[PublicIpFilters]
    ) -> Iterator[PublicIp]:
        """Yield every public IP that matches, page by page, oldest first by default."""
        sorted_filters: PublicIpFilters = {"sort": "createdAt", "order": "asc", **filters}
        return every_page(self.list, sorted_filters, per_page)

    @change("POST /v1/public_ips")
    def create(self, send: Send, request: NewPublicIp) -> PublicIp:
        """Rent an address that no VM has yet."""
        return send(body=request).one(PublicIp)

    @change("PATCH /v1/public_ips/{public_ip_id}")
    def rename(self, send: Send, public_ip_id: str, name: str) -> PublicIp:
        """Rename a public IP."""
        return send(public_ip_id=public_ip_id, body={"name": name}).one(PublicIp)

    @change("DELETE /v1/public_ips/{public_ip_id}")
    def delete(self, send: Send, public_ip_id: str) -> PublicIp:
        """Give an address back, for good."""
        return send(public_ip_id=public_ip_id).one(PublicIp)

    @change("POST /v1/public_ips/delete")
    def delete_many(self, send: Send, public_ip_ids: Iterable[str]) -> tuple[PublicIp, ...]:
        """Give several addresses back, for good."""
        return send(body={"ids": [*public_ip_ids]}).all(PublicIp)
