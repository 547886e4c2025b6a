"""What may be typed of private networks and security groups."""

from collections.abc import Mapping
from ipaddress import ip_network
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from vms.models import SecurityGroup
from vms.operations.forms import NameField, OnceForm
from vms.resource.forms import PlacedForm

from .difference import Direction
from .rules import ALLOW_ALL, PROTOCOLS, WITH_PORTS, Line, lines_read, lines_write

ALL_TRAFFIC, ONLY = "all", "only"
MOST_LINES = 60
# More lines to type into than are filled.
SPARE = 2
# What is let in of each, with its label; a subnet's addresses are those that Fluence gives first.
PRESETS: dict[str, tuple[str | Promise, tuple[Line, ...]]] = {
    "ssh": ("SSH", (Line("tcp", "22", "everyone"),)),
    "web": (_("Web"), (Line("tcp", "80, 443", "everyone"),)),
    "ping": (_("Ping"), (Line("icmp", "", "everyone"),)),
    "database": (_("PostgreSQL from a subnet"), (Line("tcp", "5432", "10.0.0.0/24"),)),
}


class VPCForm(PlacedForm):
    enable_external = forms.BooleanField(
        label=_("Let it out to the internet"), required=False, initial=True
    )


class GroupForm(PlacedForm):
    """A group begins with presets; its rules are edited on a page of their own."""

    presets = forms.MultipleChoiceField(
        label=_("Let in"),
        choices=[(key, label) for key, (label, _lines) in PRESETS.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("What is not chosen is not let in. All can be changed afterwards."),
    )

    @property
    def asked(self) -> dict[str, Any]:
        asked = super().asked
        lines = [line for key in asked.pop("presets") for line in PRESETS[key][1]]
        return {**asked, "ingress": lines_write(lines, {}), "egress": ALLOW_ALL}


class SubnetForm(OnceForm):
    """A range of addresses of a VPC; Fluence chooses one that is left empty."""

    name = NameField(label=_("Name"))
    ipv4_cidr = forms.CharField(label=_("IPv4 range"), required=False, max_length=50)
    ipv6_cidr = forms.CharField(label=_("IPv6 range"), required=False, max_length=50)

    def clean_ipv4_cidr(self) -> str:
        return _range(self.cleaned_data["ipv4_cidr"], 4)

    def clean_ipv6_cidr(self) -> str:
        return _range(self.cleaned_data["ipv6_cidr"], 6)


class RulesForm(OnceForm):
    """The lines of both directions; empty ones are left out, and some are there to type into."""

    confirmed = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, group: SecurityGroup, groups: Mapping[str, str], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self._ids = {name: pk for pk, name in groups.items()}
        self.before = {
            direction: Direction(wire.get("type") == "allowAll", lines_read(wire, groups))
            for direction, wire in (("ingress", group.ingress), ("egress", group.egress))
        }
        for direction, rules in self.before.items():
            self._add(direction, rules)

    def _add(self, direction: str, rules: Direction) -> None:
        self.fields[f"{direction}_mode"] = forms.ChoiceField(
            choices=[(ALL_TRAFFIC, gettext("Everything")), (ONLY, gettext("Only these"))],
            initial=ALL_TRAFFIC if rules.is_all else ONLY,
            widget=forms.RadioSelect,
        )
        for number in range(self._count(direction, len(rules.lines))):
            line = rules.lines[number] if number < len(rules.lines) else Line("tcp", "", "")
            for part in ("protocol", "ports", "remote"):
                field = _part_field(part)
                field.initial = getattr(line, part)
                self.fields[f"{direction}_{number}_{part}"] = field

    def _count(self, direction: str, known: int) -> int:
        """How many lines the form has: what was sent, or what is known, and some to type into."""
        sent = [n for n in range(MOST_LINES) if self.data.get(f"{direction}_{n}_remote")]
        last = max(sent, default=-1) + 1 if self.is_bound else known
        return min(last + SPARE, MOST_LINES)

    def rows(self, direction: str) -> list[tuple[BoundField, BoundField, BoundField]]:
        numbers = [n for n in range(MOST_LINES) if f"{direction}_{n}_remote" in self.fields]
        parts = ("protocol", "ports", "remote")
        return [tuple(self[f"{direction}_{n}_{part}"] for part in parts) for n in numbers]  # type: ignore[misc]

    @property
    def says_all(self) -> bool:
        """Whether the form has a line for each that there is: else saving it would lose some."""
        return all(len(rules.lines) <= MOST_LINES for rules in self.before.values())

    @property
    def directions(self) -> list[tuple[str, BoundField, list[Any]]]:
        return [(d, self[f"{d}_mode"], self.rows(d)) for d in self.before]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        for direction in self.before:
            for number, line in self._typed(direction):
                try:
                    lines_write([line], self._ids)
                except ValidationError as wrong:
                    part = "ports" if "port" in wrong.message else "remote"
                    self.add_error(f"{direction}_{number}_{part}", wrong)
        return data

    def _typed(self, direction: str) -> list[tuple[int, Line]]:
        typed = []
        for number in range(MOST_LINES):
            start = f"{direction}_{number}_"
            remote = self.cleaned_data.get(f"{start}remote", "")
            protocol = self.cleaned_data.get(f"{start}protocol", "")
            if remote and protocol:
                ports = self.cleaned_data.get(f"{start}ports", "")
                typed.append(
                    (number, Line(protocol, ports if protocol in WITH_PORTS else "", remote))
                )
        return typed

    def after(self, direction: str) -> Direction:
        is_all = self.cleaned_data[f"{direction}_mode"] == ALL_TRAFFIC
        return Direction(is_all, [line for _n, line in self._typed(direction)])

    def wire(self, direction: str) -> dict[str, Any]:
        """Return the rules of a direction as Fluence writes them."""
        after = self.after(direction)
        return dict(ALLOW_ALL) if after.is_all else lines_write(after.lines, self._ids)

    @property
    def asked(self) -> dict[str, Any]:
        rules = {direction: self.wire(direction) for direction in self.before}
        return {**rules, "form_key": self.cleaned_data["form_key"]}


def _part_field(part: str) -> forms.Field:
    if part == "protocol":
        return forms.ChoiceField(choices=list(PROTOCOLS.items()), required=False)
    return forms.CharField(required=False, max_length=200)


def _range(text: str, version: int) -> str:
    if not text:
        return ""
    try:
        network = ip_network(text.strip())
    except ValueError:
        network = None
    if network is None or network.version != version:
        example = "10.0.0.0/24" if version == 4 else "fd00::/64"
        words = gettext("Write a range such as %(example)s, or leave it empty.")
        raise ValidationError(words % {"example": example})
    return str(network)
