"""VM statuses: Fluence's, as spelt there, and three of the panel's own.

An unknown status is kept and shown as it came, and polled on, since it may still change.
"""

REQUESTED = "requested"  # asked of Fluence, no answer yet
REFUSED = "refused"  # Fluence did not make it
LOST = "lost"  # Fluence no longer knows it

NEW = "new"
LAUNCHING = "launching"
LAUNCHED = "launched"
FAILED = "failed"
UPDATING = "updating"
TERMINATING = "terminating"
TERMINATED = "terminated"
SUSPENDING = "suspending"
SUSPENDED = "suspended"
RESTARTING = "restarting"
SOFT_REBOOTING = "softRebooting"
UNKNOWN = "unknown"

OWN = frozenset({REQUESTED, REFUSED, LOST})
SETTLED = frozenset({"launched", "failed", "terminated", "suspended"}) | OWN
ENDED = frozenset({"terminated", "failed", REFUSED, LOST})

ENDING = frozenset({TERMINATING, TERMINATED})

LABELS = {
    REQUESTED: "Requested",
    REFUSED: "Not created",
    LOST: "Lost",
    "new": "New",
    "launching": "Launching",
    "launched": "Launched",
    "failed": "Failed",
    "updating": "Updating",
    "terminating": "Terminating",
    "terminated": "Terminated",
    "suspending": "Suspending",
    "suspended": "Suspended",
    "restarting": "Restarting",
    "softRebooting": "Soft rebooting",
    "unknown": "Unknown",
}
_CANONICAL = {status.lower(): status for status in LABELS}


def canonical(status: str) -> str:
    """Return the status as 0.10.0 spells it (the older guide wrote `Launching`)."""
    return _CANONICAL.get(status.lower(), status)


def label(status: str) -> str:
    return LABELS.get(status, status)
