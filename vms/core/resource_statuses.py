"""Statuses of disks, addresses and networks, the one table: Fluence's, and two of the panel's own.

An unknown status is kept and shown as it came.
"""

from typing import Final

from django.utils.translation import gettext_lazy as _

from controlpanel.ui.looks import Look

NEW: Final = "new"
CREATED: Final = "created"
READY: Final = "ready"
UPDATING: Final = "updating"
FAILED: Final = "failed"
REMOVING: Final = "removing"
REMOVED: Final = "removed"
REQUESTED: Final = "requested"  # asked of Fluence, no answer yet
REFUSED: Final = "refused"  # Fluence did not make it

STATUSES: dict[str, Look] = {
    REQUESTED: Look(_("Requested"), "info", "circle-dot"),
    REFUSED: Look(_("Not created"), "danger", "circle-x"),
    NEW: Look(_("New"), "info", is_moving=True),
    CREATED: Look(_("Being made"), "info", is_moving=True),
    READY: Look(_("Ready"), "success", "circle-check"),
    UPDATING: Look(_("Updating"), "info", is_moving=True),
    FAILED: Look(_("Failed"), "danger", "circle-x"),
    REMOVING: Look(_("Being deleted"), "warning", is_moving=True),
    REMOVED: Look(_("Deleted"), "neutral", "circle-slash"),
}
OWN = frozenset({REQUESTED, REFUSED})
# What is on its way to another by itself.
MOVING = frozenset({NEW, CREATED, UPDATING, REMOVING})
# What can no longer be used.
GOING = frozenset({REMOVING, REMOVED})
UNCHARGED = OWN | GOING | {FAILED}


def label(status: str) -> str:
    """Return a status in the reader's words."""
    return str(STATUSES[status].label) if status in STATUSES else status
