"""VM statuses, the one table: Fluence's, as spelt there, and three of the panel's own.

An unknown status is kept and shown as it came, and polled on, since it may still change.
"""

from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.language import by_language
from controlpanel.ui.looks import Look

NEW: Final = "new"
LAUNCHING: Final = "launching"
LAUNCHED: Final = "launched"
FAILED: Final = "failed"
UPDATING: Final = "updating"
RESTARTING: Final = "restarting"
SOFT_REBOOTING: Final = "softRebooting"
SUSPENDING: Final = "suspending"
SUSPENDED: Final = "suspended"
TERMINATING: Final = "terminating"
TERMINATED: Final = "terminated"
UNKNOWN: Final = "unknown"
REQUESTED: Final = "requested"  # asked of Fluence, no answer yet
REFUSED: Final = "refused"  # Fluence did not make it
LOST: Final = "lost"  # Fluence no longer knows it


@dataclass(frozen=True, slots=True)
class Status(Look):
    """A settled one will not change by itself; an ended one will not run again."""

    is_settled: bool = False
    is_ended: bool = False


def _moving(label: str | Promise, tone: str = "info") -> Status:
    return Status(label, tone, is_moving=True)


STATUSES: dict[str, Status] = {
    REQUESTED: Status(_("Requested"), "info", "circle-dot", is_settled=True),
    REFUSED: Status(_("Not created"), "danger", "circle-x", is_settled=True, is_ended=True),
    LOST: Status(_("Lost"), "warning", "circle-question-mark", is_settled=True, is_ended=True),
    NEW: _moving(_("New")),
    LAUNCHING: _moving(_("Launching")),
    LAUNCHED: Status(_("Launched"), "success", "circle-check", is_settled=True),
    FAILED: Status(_("Failed"), "danger", "circle-x", is_settled=True, is_ended=True),
    UPDATING: _moving(_("Updating")),
    TERMINATING: _moving(_("Terminating"), "warning"),
    TERMINATED: Status(_("Terminated"), "neutral", "circle-slash", is_settled=True, is_ended=True),
    SUSPENDING: _moving(_("Suspending"), "warning"),
    SUSPENDED: Status(_("Suspended"), "warning", "circle-pause", is_settled=True),
    RESTARTING: _moving(_("Restarting")),
    SOFT_REBOOTING: _moving(_("Soft rebooting")),
    UNKNOWN: Status(_("Unknown"), "attention", "circle-question-mark"),
}
OWN = frozenset({REQUESTED, REFUSED, LOST})
ENDING = frozenset({TERMINATING, TERMINATED})
# What Fluence takes no further hour for: it is billed by the hour, at its beginning.
UNCHARGED = OWN | ENDING | {FAILED}
STARTING = frozenset({REQUESTED, NEW, LAUNCHING})
SETTLED = frozenset(value for value, status in STATUSES.items() if status.is_settled)
ENDED = frozenset(value for value, status in STATUSES.items() if status.is_ended)
# What waits for a person, and what will change by itself: each has an index of its own.
TROUBLED = (FAILED, REFUSED, LOST)
MOVING = (REQUESTED, *(value for value, status in STATUSES.items() if not status.is_settled))
_CANONICAL = {value.lower(): value for value in STATUSES}


def canonical(status: str) -> str:
    """Return the status as 0.10.0 spells it (the older guide wrote `Launching`)."""
    return _CANONICAL.get(status.lower(), status)


def is_moving(status: str) -> bool:
    """Whether it is on its way to another: asked for, launching, restarting, ending."""
    return status == REQUESTED or status not in SETTLED


def label(status: str) -> str:
    """Return a status in the reader's words."""
    return str(STATUSES[status].label) if status in STATUSES else status


@by_language
def choices() -> list[tuple[str, str]]:
    """Return every status with its label, for a filter."""
    return [(value, str(status.label)) for value, status in STATUSES.items()]
