"""The named sets of allowed traffic. Their rules are sent as they are read."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import AliasPath, Field, Tag, TypeAdapter

from controlpanel.fluence.types.base import Answer, Id, Moment, Request
from controlpanel.fluence.types.unions import UNREAD, Unread, Variant, Word, by_tag


class AllPorts(Word):
    """Every port."""

    TAG = "all"


class OnePort(Variant):
    """One port, 0 to 65535."""

    TAG = "exact"
    value: int = Field(validation_alias=AliasPath("exact", "value"))

    def to_wire(self) -> dict[str, Any]:
        return {"exact": {"value": self.value}}


class PortRange(Variant):
    """The ports from `min` to `max`, both included."""

    TAG = "range"
    min: int = Field(validation_alias=AliasPath("range", "min"))
    max: int = Field(validation_alias=AliasPath("range", "max"))

    def to_wire(self) -> dict[str, Any]:
        return {"range": {"min": self.min, "max": self.max}}


RulePorts = Annotated[
    Annotated[AllPorts, Tag("all")]
    | Annotated[OnePort, Tag("exact")]
    | Annotated[PortRange, Tag("range")]
    | Annotated[Unread, Tag(UNREAD)],
    by_tag("all", "exact", "range"),
]


class AllProtocols(Word):
    """Every protocol."""

    TAG = "all"


class Icmp(Word):
    """Ping and its like."""

    TAG = "icmp"


class Tcp(Variant):
    """TCP to some ports."""

    TAG = "tcp"
    ports: RulePorts = Field(validation_alias=AliasPath("tcp", "ports"))

    def to_wire(self) -> dict[str, Any]:
        return {"tcp": {"ports": self.ports.to_wire()}}


class Udp(Variant):
    """UDP to some ports."""

    TAG = "udp"
    ports: RulePorts = Field(validation_alias=AliasPath("udp", "ports"))

    def to_wire(self) -> dict[str, Any]:
        return {"udp": {"ports": self.ports.to_wire()}}


RuleProtocol = Annotated[
    Annotated[AllProtocols, Tag("all")]
    | Annotated[Icmp, Tag("icmp")]
    | Annotated[Tcp, Tag("tcp")]
    | Annotated[Udp, Tag("udp")]
    | Annotated[Unread, Tag(UNREAD)],
    by_tag("all", "icmp", "tcp", "udp"),
]


class AddressRemote(Variant):
    """The other end is an address or network: "203.0.113.0/24"."""

    TAG = "address"
    address: str

    def to_wire(self) -> dict[str, Any]:
        return {"address": self.address}


class GroupRemote(Variant):
    """The other end is whatever has the security group of this id."""

    TAG = "securityGroup"
    security_group: str

    def to_wire(self) -> dict[str, Any]:
        return {"securityGroup": self.security_group}


RuleRemote = Annotated[
    Annotated[AddressRemote, Tag("address")]
    | Annotated[GroupRemote, Tag("securityGroup")]
    | Annotated[Unread, Tag(UNREAD)],
    by_tag("address", "securityGroup"),
]


class SecurityGroupRule(Answer):
    """Traffic that is let through. `ip_version` is ipv4 or ipv6."""

    ip_version: str = Field(validation_alias="type")
    protocol: RuleProtocol = Field(validation_alias="protocolKind")
    remote: RuleRemote

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON of it."""
        return {
            "type": self.ip_version,
            "protocolKind": self.protocol.to_wire(),
            "remote": self.remote.to_wire(),
        }


class AllowAll(Variant):
    """Everything is let through."""

    TAG = "allowAll"

    def to_wire(self) -> dict[str, Any]:
        return {"type": "allowAll"}


class AllowOnly(Variant):
    """What these rules name is let through, and nothing else."""

    TAG = "allow"
    rules: tuple[SecurityGroupRule, ...]

    def to_wire(self) -> dict[str, Any]:
        return {"type": "allow", "rules": [rule.to_wire() for rule in self.rules]}


TrafficRules = Annotated[
    Annotated[AllowAll, Tag("allowAll")]
    | Annotated[AllowOnly, Tag("allow")]
    | Annotated[Unread, Tag(UNREAD)],
    by_tag("allowAll", "allow"),
]


def read_rules(wire: Any) -> AllowAll | AllowOnly | Unread:  # noqa: ANN401 - JSON
    """Read the rules of one direction, as `to_wire` writes them."""
    rules: AllowAll | AllowOnly | Unread = TypeAdapter(TrafficRules).validate_python(wire)
    return rules


class SecurityGroup(Answer):
    """A set of rules of a VPC. `attached_to` holds ids of network interfaces."""

    id: Id
    name: str
    cluster_id: str
    status: str
    vpc_id: str = ""
    ingress_rules: TrafficRules
    egress_rules: TrafficRules
    attached_to: tuple[str, ...] = ()
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NewSecurityGroup(Request):
    """A security group to be made. Without rules for a direction, all of it is let through."""

    name: str
    cluster_id: str
    ingress_rules: tuple[SecurityGroupRule, ...] | None = None
    egress_rules: tuple[SecurityGroupRule, ...] | None = None

    def to_wire(self) -> dict[str, Any]:
        body: dict[str, Any] = {"name": self.name, "clusterId": self.cluster_id}
        if self.ingress_rules is not None:
            body["ingressRules"] = [rule.to_wire() for rule in self.ingress_rules]
        if self.egress_rules is not None:
            body["egressRules"] = [rule.to_wire() for rule in self.egress_rules]
        return body
