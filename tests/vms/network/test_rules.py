"""Rules of security groups as lines: read, written, told apart, and their difference in words."""

from typing import Any

import pytest
from django.core.exceptions import ValidationError

from vms.network.difference import Direction, difference, warnings
from vms.network.rules import (
    ALLOW_ALL,
    Line,
    is_readable,
    is_same,
    lines_read,
    lines_write,
    ports_read,
    rules_in_words,
)

GROUPS = {"g-1": "web"}
IDS = {"web": "g-1"}


@pytest.mark.parametrize(
    "lines",
    [
        [Line("tcp", "22", "everyone")],
        [Line("tcp", "22, 80, 8000-8100", "203.0.113.7/32")],
        [Line("udp", "", "10.0.0.0/24"), Line("icmp", "", "everyone-ipv6")],
        [Line("all", "", "private-networks")],
        [Line("tcp", "5432", "group:web")],
        [],
    ],
)
def test_what_is_written_is_read_again(lines: list[Line]) -> None:
    assert lines_read(lines_write(lines, IDS), GROUPS) == lines


def test_a_line_becomes_a_rule_for_each_port_and_version() -> None:
    wire = lines_write([Line("tcp", "80, 443", "everyone")], {})
    assert wire["type"] == "allow"
    assert len(wire["rules"]) == 4
    assert {rule["type"] for rule in wire["rules"]} == {"ipv4", "ipv6"}
    assert wire["rules"][0] == {
        "type": "ipv4",
        "protocolKind": {"tcp": {"ports": {"exact": {"value": 80}}}},
        "remote": {"address": "0.0.0.0/0"},
    }


@pytest.mark.parametrize(
    ("text", "spans"),
    [("", []), ("22", [(22, 22)]), (" 1 - 9 ;80,", [(1, 9), (80, 80)]), ("0-65535", [(0, 65535)])],
)
def test_ports(text: str, spans: list[tuple[int, int]]) -> None:
    assert ports_read(text) == spans


@pytest.mark.parametrize("text", ["x", "70000", "9-1", "-1", "1-", "1-2-3", "²", "1" * 30])
def test_what_is_no_port(text: str) -> None:
    with pytest.raises(ValidationError, match="is no port"):
        ports_read(text)


@pytest.mark.parametrize("remote", ["", "nowhere", "300.1.1.1", "10.0.0.0/99", "group:other"])
def test_what_is_no_remote(remote: str) -> None:
    with pytest.raises(ValidationError):
        lines_write([Line("tcp", "22", remote)], IDS)


@pytest.mark.parametrize(
    "rule",
    [
        {},
        "text",
        {"type": "ipv4", "protocolKind": "sctp", "remote": {"address": "0.0.0.0/0"}},
        {
            "type": "ipv4",
            "protocolKind": {"tcp": {"ports": {"odd": 1}}},
            "remote": {"address": "x"},
        },
        {"type": "ipv4", "protocolKind": "icmp", "remote": {"tag": "x"}},
    ],
)
def test_what_lines_cannot_say_is_known_for_it(rule: Any) -> None:  # noqa: ANN401
    assert not is_readable({"type": "allow", "rules": [rule]})
    assert is_readable(ALLOW_ALL)
    assert not is_readable({"type": "other"})


def test_the_order_of_rules_makes_no_difference() -> None:
    wire = lines_write([Line("tcp", "80, 443", "everyone")], {})
    turned = {**wire, "rules": wire["rules"][::-1]}
    assert is_same(wire, turned)
    assert not is_same(wire, ALLOW_ALL)
    assert rules_in_words(wire) == "tcp 80, 443 everyone"
    assert rules_in_words(ALLOW_ALL) == "everything"
    assert rules_in_words({"type": "allow", "rules": []}) == "nothing"


SSH, WEB = Line("tcp", "22", "everyone"), Line("tcp", "443", "everyone")


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        (Direction(False, [SSH]), Direction(False, [SSH, WEB]), ["Opens TCP 443 from everyone"]),
        (Direction(False, [SSH, WEB]), Direction(False, [SSH]), ["Closes TCP 443 from everyone"]),
        (Direction(False, [SSH]), Direction(True), ["Opens everything from everyone"]),
        (
            Direction(True),
            Direction(False, [SSH]),
            ["Closes all that is not named below", "Opens TCP 22 from everyone"],
        ),
        (Direction(True), Direction(True), []),
        (Direction(False, [SSH]), Direction(False, [SSH]), []),
    ],
)
def test_the_difference_is_told_in_words(
    before: Direction, after: Direction, words: list[str]
) -> None:
    said = difference(before, after, 3, inward=True)
    assert said == [f"{each} for 3 VMs." for each in words]


def test_it_warns_of_an_open_ssh_and_of_a_lock_out() -> None:
    [open_wide] = warnings(Direction(False), Direction(False, [SSH]))
    assert "open to the whole world" in open_wide
    [locked] = warnings(Direction(False, [SSH]), Direction(False, [WEB]))
    assert "lock yourselves out" in locked
    inner = Line("tcp", "20-30", "10.0.0.0/8")
    assert warnings(Direction(False, [inner]), Direction(False, [inner])) == []
    assert difference(Direction(False), Direction(False, [inner]), 0, inward=False) == [
        "Opens TCP 20-30 to 10.0.0.0/8, for no VM yet."
    ]
