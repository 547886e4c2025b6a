"""How each status of the product looks: its words, its tone and its icon, in one table."""

from typing import NamedTuple


class StatusLook(NamedTuple):
    words: str
    tone: str
    icon: str = ""
    is_moving: bool = False


def _moving(words: str, tone: str = "info") -> StatusLook:
    return StatusLook(words, tone, is_moving=True)


STATUS_LOOKS: dict[str, StatusLook] = {
    # a VM, as Fluence spells it
    "new": _moving("New"),
    "launching": _moving("Launching"),
    "launched": StatusLook("Launched", "success", "circle-check"),
    "updating": _moving("Updating"),
    "restarting": _moving("Restarting"),
    "softrebooting": _moving("Soft rebooting"),
    "suspending": _moving("Suspending", "warning"),
    "suspended": StatusLook("Suspended", "warning", "circle-pause"),
    "terminating": _moving("Terminating", "warning"),
    "terminated": StatusLook("Terminated", "neutral", "circle-slash"),
    "refused": StatusLook("Not created", "danger", "circle-x"),
    "lost": StatusLook("Lost", "warning", "circle-question-mark"),
    # an operation and an audit outcome
    "pending": _moving("Pending"),
    "running": _moving("Running"),
    "requested": StatusLook("Requested", "info", "circle-dot"),
    "succeeded": StatusLook("Succeeded", "success", "circle-check"),
    "failed": StatusLook("Failed", "danger", "circle-x"),
    "cancelled": StatusLook("Stopped", "neutral", "circle-slash"),
    "denied": StatusLook("Denied", "danger", "ban"),
    "unknown": StatusLook("Unknown", "attention", "circle-question-mark"),
    # a Fluence account's health
    "ok": StatusLook("Connected", "success", "circle-check"),
    "key_rejected": StatusLook("API key rejected", "danger", "key-round"),
    "unreachable": StatusLook("Unreachable", "warning", "cloud-off"),
    "maintenance": StatusLook("In maintenance", "warning", "construction"),
}


def status_look(value: str) -> StatusLook:
    """Return the look of a status in any case; one nobody knows is shown as it came."""
    return STATUS_LOOKS.get(value.lower(), StatusLook(value, "attention", "circle-question-mark"))
