"""New names for many VMs by a pattern: worked out and checked before anything is sent."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import sha256
from uuid import UUID

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controlpanel.teams.models import Team
from vms.core.names import name_problem
from vms.models import VM
from vms.vm.reservation import names_held, names_reserved

from .detail import vms_for_team

_PLACE = re.compile(r"\{(?:name|n(?::0?(?P<digits>[1-9]))?)\}")
UNKNOWN_PLACE = _("In braces only {name}, {n} and, for more digits, {n:02} are understood.")
TWICE = _("Two of these VMs would get this name.")
TAKEN = _("Another VM of this account has this name.")
RESERVED = _("This name is being given to another VM at this moment.")
STILL_HELD = _("Another of these VMs still has this name. Rename that one first, then this one.")


@dataclass(frozen=True, slots=True)
class Pattern:
    """How a new name is made of an old one: `find` is replaced in it, then `text` is filled in.

    `{name}` stands for the old name, `{n}` for the VM's number from `start`, `{n:02}` for one
    with at least two digits.
    """

    text: str
    start: int = 1
    find: str = ""
    replace: str = ""

    @property
    def unknown_places(self) -> bool:
        return bool(re.search(r"[{}]", _PLACE.sub("", self.text)))

    def name(self, old: str, position: int) -> str:
        name = old.replace(self.find, self.replace) if self.find else old
        number = self.start + position

        def fill(place: re.Match[str]) -> str:
            if place[0] == "{name}":
                return name
            return f"{number:0{place['digits'] or 1}d}"

        return _PLACE.sub(fill, self.text)


@dataclass(frozen=True, slots=True)
class NewName:
    """What a VM would be called, and why it cannot be, if so."""

    vm: VM
    name: str
    problem: str | Promise = ""

    @property
    def is_change(self) -> bool:
        return self.name != self.vm.name


@dataclass(frozen=True, slots=True)
class Renaming:
    """The new names of the VMs that can be renamed, and the VMs that cannot now."""

    rows: list[NewName]
    left_out: list[VM]

    @property
    def names(self) -> dict[UUID, str]:
        """The new names, by VM; without those that stay as they are."""
        return {row.vm.pk: row.name for row in self.rows if row.is_change}

    @property
    def problems(self) -> int:
        return sum(bool(row.problem) for row in self.rows)

    @property
    def signature(self) -> str:
        """Changes when any old or new name does: it tells what a person has seen."""
        lines = (f"{row.vm.pk} {row.vm.name} {row.name}" for row in self.rows)
        return sha256("\n".join(lines).encode()).hexdigest()


def renaming_of(*, team: Team, vm_ids: list[UUID], pattern: Pattern) -> Renaming:
    """Work out the new names, numbered in the order of the old ones, 2 before 10."""
    chosen = sorted(vms_for_team(team=team, vm_ids=vm_ids), key=_natural)
    vms = [vm for vm in chosen if vm.is_terminable]
    names = [pattern.name(vm.name, position) for position, vm in enumerate(vms)]
    return Renaming(
        rows=list(_checked(vms, names)), left_out=[vm for vm in chosen if not vm.is_terminable]
    )


def _natural(vm: VM) -> tuple[list[tuple[int, int, str]], str]:
    """Sort digits by their value, and what is no number by its letters."""
    parts = re.findall(r"\d+|\D+", vm.name.lower())
    return [(0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts], str(vm.pk)


def _checked(vms: list[VM], names: list[str]) -> Iterable[NewName]:
    account_id = vms[0].account_id if vms else None
    # What operations hold is read first: what they have let go of is in the mirror by then.
    reserved = names_reserved(account_id, names)
    holders = {name.lower(): pk for pk, name in names_held(account_id, names)}
    counts = Counter(name.lower() for name in names)
    ours = {vm.pk for vm in vms}
    for vm, name in zip(vms, names, strict=True):
        holder = holders.get(name.lower())
        problem: str | Promise = ""
        if name == vm.name:
            pass
        elif error := name_problem(name):
            problem = error
        elif counts[name.lower()] > 1:
            problem = TWICE
        elif holder not in (None, vm.pk):
            problem = STILL_HELD if holder in ours else TAKEN
        else:
            problem = RESERVED if name.lower() in reserved else ""
        yield NewName(vm, name, problem)
