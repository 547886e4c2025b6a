"""Addresses, private networks, and the interfaces by which VMs are in them."""

from __future__ import annotations

from typing import Annotated

from pydantic import AliasPath, Field, Tag

from controlpanel.fluence.types.base import Answer, Billed, Count, Id, Moment, Request
from controlpanel.fluence.types.unions import UNREAD, Unread, Variant, by_tag


class VMReference(Answer):
    """The VM something is attached to."""

    id: Id
    name: str = ""


class PublicIp(Billed):
    """A rented address. `address` is None until it is allotted."""

    id: Id
    name: str
    cluster_id: Id
    status: str
    address: str | None = None
    address_type: str = "V4"
    allowed_actions: tuple[str, ...] = ()
    attached_to: VMReference | None = None
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NewPublicIp(Request):
    """A public IP to be rented."""

    name: str
    cluster_id: str
    address_type: str = "V4"


class VPC(Answer):
    """A private network of a cluster, made of subnets. `enable_external` lets it out."""

    id: Id
    name: str
    cluster_id: Id
    status: str
    enable_external: bool | None = None
    subnets_count: Count = 0
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NewVPC(Request):
    """A VPC to be made."""

    name: str
    cluster_id: str
    enable_external: bool | None = None


class Subnet(Answer):
    """A range of addresses of a VPC, such as 10.0.0.0/24."""

    id: Id
    name: str
    cluster_id: Id
    status: str
    vpc_id: str = ""
    ipv4_cidr: str | None = None
    ipv6_cidr: str | None = None
    user_id: str = ""
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NewSubnet(Request):
    """A subnet to be made. Fluence chooses the ranges that are None."""

    name: str
    cluster_id: str
    ipv4_cidr: str | None = None
    ipv6_cidr: str | None = None


class PrivateInterface(Variant):
    """An interface in a subnet."""

    TAG = "private"
    subnet: str = Field(validation_alias=AliasPath("private", "subnet"))


class PublicInterface(Variant):
    """An interface with a public IP."""

    TAG = "public"
    public_ip: str = Field(validation_alias=AliasPath("public", "public_ip"))


InterfaceKind = Annotated[
    Annotated[PrivateInterface, Tag("private")]
    | Annotated[PublicInterface, Tag("public")]
    | Annotated[Unread, Tag(UNREAD)],
    by_tag("private", "public"),
]


class NetworkInterface(Answer):
    """A VM's interface: private in a subnet, or public with an address."""

    id: Id
    kind: InterfaceKind = Unread(None)
    default: bool = False
    security_group: str | None = None

    @property
    def subnet_id(self) -> str | None:
        return self.kind.subnet if isinstance(self.kind, PrivateInterface) else None

    @property
    def public_ip_id(self) -> str | None:
        return self.kind.public_ip if isinstance(self.kind, PublicInterface) else None
