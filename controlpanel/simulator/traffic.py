"""Reading the rules of security groups. They are kept as the API writes them."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from controlpanel.simulator.fields import Fields
from controlpanel.simulator.networks import ENDING
from controlpanel.simulator.owned import owned
from controlpanel.simulator.router import Call

Rules = dict[str, Any]

ALLOW_ALL: Rules = {"type": "allowAll"}
PORT_BITS = 16


def read_rule_list(call: Call, fields: Fields, field: str) -> Rules:
    """Read the bare list of rules that a create has; without one, everything is allowed."""
    if not fields.has(field):
        return ALLOW_ALL
    rules = fields.array(field)
    where = fields.name_of(field)
    return {
        "type": "allow",
        "rules": [_rule(call, r, f"{where}[{n}]") for n, r in enumerate(rules)],
    }


def read_rules(call: Call, fields: Fields, field: str) -> Rules:
    """Read the typed rules that an update has."""
    rules = Fields(fields.required(field), fields.name_of(field))
    if rules.one_of("type", "allowAll", "allow") == "allowAll":
        return ALLOW_ALL
    if "rules" not in rules:
        raise rules.wrong("rules", "is required")
    return read_rule_list(call, rules, "rules")


def _rule(call: Call, value: object, where: str) -> Rules:
    rule = Fields(value, where)
    version = rule.one_of("type", "ipv4", "ipv6")
    return {
        "type": version,
        "protocolKind": _protocol(rule),
        "remote": _remote(call, rule, 4 if version == "ipv4" else 6),
    }


def _protocol(rule: Fields) -> str | Rules:
    value = rule.required("protocolKind")
    if isinstance(value, str):
        return rule.one_of("protocolKind", "all", "icmp")
    kind = Fields(value, rule.name_of("protocolKind"))
    chosen = [name for name in ("tcp", "udp") if name in kind]
    if len(chosen) != 1:
        raise rule.wrong("protocolKind", "must be all, icmp, tcp or udp")
    protocol = Fields(kind.required(chosen[0]), kind.name_of(chosen[0]))
    return {chosen[0]: {"ports": _ports(protocol)}}


def _ports(protocol: Fields) -> str | Rules:
    value = protocol.required("ports")
    if isinstance(value, str):
        return protocol.one_of("ports", "all")
    ports = Fields(value, protocol.name_of("ports"))
    if ("exact" in ports) == ("range" in ports):
        raise protocol.wrong("ports", "must be all, exact or range")
    if "exact" in ports:
        exact = Fields(ports.required("exact"), ports.name_of("exact"))
        return {"exact": {"value": exact.whole_number("value", bits=PORT_BITS)}}
    span = Fields(ports.required("range"), ports.name_of("range"))
    lowest, highest = (span.whole_number(f, bits=PORT_BITS) for f in ("min", "max"))
    if lowest > highest:
        raise span.wrong("min", "must not be above max")
    return {"range": {"min": lowest, "max": highest}}


def _remote(call: Call, rule: Fields, version: int) -> Rules:
    remote = Fields(rule.required("remote"), rule.name_of("remote"))
    if ("address" in remote) == ("securityGroup" in remote):
        raise rule.wrong("remote", "must have address or securityGroup")
    if "securityGroup" in remote:
        groups = call.world.state.security_groups
        where = remote.name_of("securityGroup")
        group = owned(call, groups, remote.uuid("securityGroup"), "security group", where)
        if group.status in ENDING:
            raise remote.wrong("securityGroup", f"is {group.status}")
        return {"securityGroup": group.id}
    address = remote.text("address")
    try:
        network = ip_network(address, strict=False)
    except ValueError:
        raise remote.wrong("address", "must be an address or a network") from None
    if network.version != version:
        raise remote.wrong("address", f"must be of type ipv{version}")
    return {"address": address}
