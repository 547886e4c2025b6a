"""Calls about the sets of allowed traffic."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, given, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.security_groups import (
    AllowAll,
    AllowOnly,
    NewSecurityGroup,
    SecurityGroup,
)
from controlpanel.fluence.types.unions import Unread

Rules = AllowAll | AllowOnly | Unread


class SecurityGroupFilters(TypedDict, total=False):
    """Which security groups are looked for."""

    ids: Iterable[str]
    cluster_id: str | None
    vpc_id: str | None
    name: str | None
    status: str | None


class SecurityGroups(Group[May]):
    """`client.security_groups`."""

    @read("GET /v1/security_groups")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[SecurityGroupFilters],
    ) -> Page[SecurityGroup]:
        """Return one page of security groups."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(SecurityGroup)

    def iterate(
        self, *, per_page: int = 100, **filters: Unpack[SecurityGroupFilters]
    ) -> Iterator[SecurityGroup]:
        """Yield every security group that matches, page by page."""
        return every_page(self.list, filters, per_page)

    @change("POST /v1/security_groups")
    def create(self, send: Send, request: NewSecurityGroup) -> SecurityGroup:
        """Make a security group."""
        return send(body=request).one(SecurityGroup)

    @change("PATCH /v1/security_groups/{security_group_id}")
    def update(
        self,
        send: Send,
        security_group_id: str,
        *,
        name: str | None = None,
        ingress_rules: Rules | None = None,
        egress_rules: Rules | None = None,
    ) -> SecurityGroup:
        """Rename a security group or replace its rules; what is None stays."""
        body: dict[str, Any] = given(name=name)
        if ingress_rules is not None:
            body["ingressRules"] = ingress_rules.to_wire()
        if egress_rules is not None:
            body["egressRules"] = egress_rules.to_wire()
        return send(security_group_id=security_group_id, body=body).one(SecurityGroup)

    @change("DELETE /v1/security_groups/{security_group_id}")
    def delete(self, send: Send, security_group_id: str) -> SecurityGroup:
        """Delete a security group."""
        return send(security_group_id=security_group_id).one(SecurityGroup)

    @change("POST /v1/security_groups/delete")
    def delete_many(
        self, send: Send, security_group_ids: Iterable[str]
    ) -> tuple[SecurityGroup, ...]:
        """Delete several security groups."""
        return send(body={"ids": [*security_group_ids]}).all(SecurityGroup)
