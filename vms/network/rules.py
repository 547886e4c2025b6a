"""Rules of security groups as people read and write them: a line for each protocol and remote.

Fluence keeps one rule for each port or range of ports, each address and each IP version. A line
holds several ports, and a name may stand for several addresses.
"""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

Wire = Mapping[str, Any]
ALLOW_ALL: dict[str, Any] = {"type": "allowAll"}
ALL, ICMP, TCP, UDP = "all", "icmp", "tcp", "udp"
PROTOCOLS: dict[str, str | Promise] = {
    TCP: "TCP",
    UDP: "UDP",
    ICMP: gettext_lazy("Ping (ICMP)"),
    ALL: gettext_lazy("Everything"),
}
WITH_PORTS = frozenset({TCP, UDP})
EVERYONE_V4, EVERYONE_V6 = "0.0.0.0/0", "::/0"
EVERYONE = "everyone"
# What may be written in the place of addresses.
NAMED: dict[str, tuple[str, ...]] = {
    EVERYONE: (EVERYONE_V4, EVERYONE_V6),
    "everyone-ipv4": (EVERYONE_V4,),
    "everyone-ipv6": (EVERYONE_V6,),
    "private-networks": ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"),
}
MOST_PORT = 65_535


@dataclass(frozen=True, slots=True)
class Line:
    """Traffic that is let through. `ports` is "22, 8000-8100", empty for all of them; `remote` an
    address, a network, one of NAMED, or "group:" and its name.
    """

    protocol: str
    ports: str
    remote: str

    def __str__(self) -> str:
        label = PROTOCOLS.get(self.protocol, self.protocol)
        return f"{label} {self.ports}".strip()

    @property
    def is_of_everyone(self) -> bool:
        return self.remote in {EVERYONE, "everyone-ipv4", "everyone-ipv6"}

    def opens(self, port: int) -> bool:
        """Whether it lets TCP through to a port."""
        if self.protocol == ALL:
            return True
        spans = ports_read(self.ports) if self.protocol == TCP else []
        return self.protocol == TCP and (
            not spans or any(first <= port <= last for first, last in spans)
        )


def is_same(one: Wire, other: Wire) -> bool:
    """Whether both let the same through, in whatever order."""
    return _key(one) == _key(other)


def _key(wire: Wire) -> tuple[Any, list[str]]:
    rules = wire.get("rules") or []
    return wire.get("type"), sorted(json.dumps(rule, sort_keys=True) for rule in rules)


def is_readable(wire: Wire) -> bool:
    """Whether lines can say all of it: what they cannot must not be lost by an edit."""
    if wire.get("type") == "allowAll":
        return True
    rules = wire.get("rules")
    return isinstance(rules, list) and all(_read(rule) is not None for rule in rules)


def lines_read(wire: Wire, groups: Mapping[str, str]) -> list[Line]:
    """Return the lines that say what Fluence's rules do; `groups` are names by Fluence's id."""
    ports: dict[tuple[str, str], list[tuple[int, int] | None]] = defaultdict(list)
    for rule in wire.get("rules") or []:
        if (read := _read(rule)) is not None:
            protocol, span, remote = read
            ports[protocol, _remote_text(remote, groups)].append(span)
    remotes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for (protocol, remote), spans in ports.items():
        remotes[protocol, _ports_text(spans)].append(remote)
    return [
        Line(protocol, text, remote)
        for (protocol, text), all_remotes in remotes.items()
        for remote in _merged(all_remotes)
    ]


def lines_write(lines: Iterable[Line], groups: Mapping[str, str]) -> dict[str, Any]:
    """Return the rules as Fluence writes them; `groups` are Fluence's ids by name.

    Raises:
        ValidationError: a port, an address or the name of a group makes no sense.
    """
    rules = [
        {"type": version, "protocolKind": kind, "remote": remote}
        for line in lines
        for version, remote in _remotes(line.remote, groups)
        for kind in _kinds(line)
    ]
    return {"type": "allow", "rules": list({json.dumps(rule): rule for rule in rules}.values())}


def ports_read(text: str) -> list[tuple[int, int]]:
    """Read "22, 80, 8000-8100" as first and last port of each; none is all of them.

    Raises:
        ValidationError: it is no such list.
    """
    spans = []
    for part in filter(None, (each.strip() for each in text.replace(";", ",").split(","))):
        first, dash, last = (each.strip() for each in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()) or len(first + last) > 12:
            raise ValidationError(_bad_port(part))
        span = int(first), int(last or first)
        if not 0 <= span[0] <= span[1] <= MOST_PORT:
            raise ValidationError(_bad_port(part))
        spans.append(span)
    return spans


def rules_in_words(wire: Wire, groups: Mapping[str, str] | None = None) -> str:
    """Say in a line what is let through, as the log keeps it: in the source's words."""
    if wire.get("type") == "allowAll":
        return "everything"
    lines = lines_read(wire, groups or {})
    return "; ".join(f"{line.protocol} {line.ports or 'all'} {line.remote}" for line in lines) or (
        "nothing"
    )


def _bad_port(part: str) -> str:
    words = _("%(part)s is no port. Write ports as 22, 80, 8000-8100, from 0 to %(most)s.")
    return words % {"part": part[:40], "most": MOST_PORT}


def _read(rule: Any) -> tuple[str, tuple[int, int] | None, str] | None:  # noqa: ANN401 - JSON
    """Return protocol, ports and remote of a rule; None for one of a kind not known here."""
    try:
        kind, remote = rule["protocolKind"], rule["remote"]
        address = (
            f"id:{remote['securityGroup']}" if "securityGroup" in remote else remote["address"]
        )
        if isinstance(kind, str):
            return (kind, None, address) if kind in {ALL, ICMP} else None
        (protocol, inner), *more = kind.items()
        ports = inner["ports"]
        if more or protocol not in WITH_PORTS:
            return None
        if ports == ALL:
            return protocol, None, address
        if "exact" in ports:
            return protocol, (ports["exact"]["value"],) * 2, address
        return protocol, (ports["range"]["min"], ports["range"]["max"]), address
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def _remote_text(remote: str, groups: Mapping[str, str]) -> str:
    if not remote.startswith("id:"):
        return remote
    pk = remote.removeprefix("id:")
    return f"group:{groups.get(pk, pk)}"


def _ports_text(spans: Sequence[tuple[int, int] | None]) -> str:
    known = sorted({span for span in spans if span})
    if len(known) < len(set(spans)):
        return ""  # one of them lets all through
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in known)


def _merged(remotes: list[str]) -> list[str]:
    """Put names in the place of all the addresses that they stand for."""
    left = list(dict.fromkeys(remotes))
    for name, addresses in NAMED.items():
        if all(address in left for address in addresses):
            left[left.index(addresses[0])] = name
            left = [each for each in left if each not in addresses]
    return left


def _kinds(line: Line) -> list[Any]:
    if line.protocol not in WITH_PORTS:
        return [line.protocol]
    spans = ports_read(line.ports)
    if not spans:
        return [{line.protocol: {"ports": ALL}}]
    return [
        {line.protocol: {"ports": {"exact": {"value": first}}}}
        if first == last
        else {line.protocol: {"ports": {"range": {"min": first, "max": last}}}}
        for first, last in spans
    ]


def _remotes(text: str, groups: Mapping[str, str]) -> list[tuple[str, dict[str, str]]]:
    """Return the IP version and the remote of each address that a line names."""
    text = text.strip()
    if text.lower().startswith("group:"):
        name = text[len("group:") :].strip()
        if name not in groups:
            words = _("There is no security group %(name)s in this place.")
            raise ValidationError(words % {"name": name[:60]})
        remote = {"securityGroup": groups[name]}
        return [("ipv4", remote), ("ipv6", remote)]
    return [
        (f"ipv{_network(address).version}", {"address": str(_network(address))})
        for address in NAMED.get(text.lower(), (text,))
    ]


def _network(text: str) -> Any:  # noqa: ANN401 - of either version
    try:
        return ip_network(text, strict=False)
    except ValueError:
        words = _(
            "%(text)s is no address. Write one such as 203.0.113.7 or 10.0.0.0/24, everyone, or "
            "group: and the name of a group."
        )
        raise ValidationError(words % {"text": text[:60] or _("Nothing")}) from None
