"""What a change of rules does, in words, before it is applied; and what it should not do."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .rules import EVERYONE, Line

SSH = 22


@dataclass(frozen=True, slots=True)
class Direction:
    """The rules of one direction: all traffic, or what the lines let through."""

    is_all: bool
    lines: Sequence[Line] = field(default_factory=list)

    @property
    def opens_ssh(self) -> bool:
        return self.is_all or any(line.opens(SSH) for line in self.lines)

    @property
    def opens_ssh_to_everyone(self) -> bool:
        return self.is_all or any(line.opens(SSH) and line.is_of_everyone for line in self.lines)


def difference(before: Direction, after: Direction, vms: int, *, inward: bool) -> list[str]:
    """Return a sentence for what each direction's change opens and closes."""
    if before.is_all and after.is_all:
        return []
    if after.is_all:
        words = (
            _("Opens everything from everyone%(vms)s.")
            if inward
            else _("Opens everything to everyone%(vms)s.")
        )
        return [words % {"vms": _for_vms(vms)}]
    sentences = []
    if before.is_all:
        words = _("Closes all that is not named below%(vms)s.")
        sentences.append(words % {"vms": _for_vms(vms)})
    old = set() if before.is_all else set(before.lines)
    new = set(after.lines)
    opens = (
        _("Opens %(what)s from %(whom)s%(vms)s.")
        if inward
        else _("Opens %(what)s to %(whom)s%(vms)s.")
    )
    closes = (
        _("Closes %(what)s from %(whom)s%(vms)s.")
        if inward
        else _("Closes %(what)s to %(whom)s%(vms)s.")
    )
    sentences += [_said(opens, line, vms) for line in after.lines if line in new - old]
    sentences += [_said(closes, line, vms) for line in before.lines if line in old - new]
    return sentences


def warnings(before: Direction, after: Direction) -> list[str]:
    """Return what somebody may not have meant of traffic to the VMs."""
    found = []
    if after.opens_ssh_to_everyone:
        found.append(
            _("SSH (TCP 22) is open to the whole world: allow the addresses you log in from.")
        )
    if not after.opens_ssh and before.opens_ssh:
        found.append(_("Nothing lets SSH (TCP 22) in any more: you may lock yourselves out."))
    return found


def _said(words: str, line: Line, vms: int) -> str:
    whom = _("everyone") if line.remote == EVERYONE else line.remote
    return words % {"what": str(line), "whom": whom, "vms": _for_vms(vms)}


def _for_vms(count: int) -> str:
    if not count:
        return _(", for no VM yet")
    return ngettext(" for %(count)s VM", " for %(count)s VMs", count) % {"count": count}
