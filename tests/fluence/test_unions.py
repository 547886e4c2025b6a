"""The API's unions are read by their tag; what has an unknown tag is kept, and can be sent back."""

from typing import Any

import pytest

from controlpanel.fluence import (
    AllowAll,
    AllowOnly,
    NetworkInterface,
    PrivateInterface,
    SecurityGroup,
    StartedTopUp,
    Tcp,
    Unread,
)

WEB: dict[str, Any] = {
    "type": "ipv4",
    "protocolKind": {"tcp": {"ports": {"range": {"min": 80, "max": 443}}}},
    "remote": {"address": "0.0.0.0/0"},
}
PING: dict[str, Any] = {
    "type": "ipv6",
    "protocolKind": "icmp",
    "remote": {"securityGroup": "g2"},
}
EXACT: dict[str, Any] = {**WEB, "protocolKind": {"udp": {"ports": {"exact": {"value": 53}}}}}
ALL_TCP: dict[str, Any] = {**WEB, "protocolKind": {"tcp": {"ports": "all"}}}
NEW_PROTOCOL: dict[str, Any] = {**WEB, "protocolKind": {"sctp": {"ports": "all"}}}
NEW_REMOTE: dict[str, Any] = {**WEB, "remote": {"country": "FI"}}


def group(ingress: object) -> SecurityGroup:
    return SecurityGroup.model_validate(
        {
            "id": "g1",
            "name": "web",
            "clusterId": "c1",
            "status": "ready",
            "ingressRules": ingress,
            "egressRules": {"type": "allowAll"},
        }
    )


@pytest.mark.parametrize("rule", [WEB, PING, EXACT, ALL_TCP, NEW_PROTOCOL, NEW_REMOTE])
def test_a_rule_is_sent_as_it_was_read(rule: dict[str, Any]) -> None:
    rules = group({"type": "allow", "rules": [rule]}).ingress_rules
    assert isinstance(rules, AllowOnly)
    assert rules.to_wire() == {"type": "allow", "rules": [rule]}


def test_what_is_known_has_a_type() -> None:
    found = group({"type": "allow", "rules": [ALL_TCP]})
    assert found.egress_rules == AllowAll()
    assert isinstance(found.ingress_rules, AllowOnly)
    assert isinstance(found.ingress_rules.rules[0].protocol, Tcp)


@pytest.mark.parametrize("rules", [{"type": "denyAll"}, {"allowSome": 1}, "none", 7, []])
def test_what_is_not_known_is_kept(rules: object) -> None:
    found = group(rules).ingress_rules
    assert found == Unread(rules)
    assert isinstance(found, Unread)
    assert found.to_wire() == rules


def test_an_interface_tells_its_subnet_and_another_kind_none() -> None:
    private = NetworkInterface.model_validate({"id": "1", "kind": {"private": {"subnet": "s1"}}})
    assert private.kind == PrivateInterface(subnet="s1")
    assert (private.subnet_id, private.public_ip_id) == ("s1", None)
    other = NetworkInterface.model_validate({"id": "1", "kind": {"mesh": {}}})
    assert (other.subnet_id, other.public_ip_id) == (None, None)
    assert other.kind == Unread({"mesh": {}})


def test_a_way_to_pay_not_known_is_kept_but_not_shown() -> None:
    presentation = {"type": "crypto", "payAddress": "0xsecret"}
    begun = StartedTopUp.model_validate({"intentId": "1", "presentation": presentation})
    assert begun.presentation == Unread(presentation)
    assert "0xsecret" not in repr(begun)
