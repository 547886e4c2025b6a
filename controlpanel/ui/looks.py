"""How the statuses of things look: label, tone and icon. Each package registers its own."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Look:
    """`tone` is one of neutral, success, info, warning, danger, attention.

    What is moving is drawn with a pulse in the place of an icon.
    """

    label: str | Promise
    tone: str
    icon: str = ""
    is_moving: bool = False


# What nobody knows is shown as it came.
UNKNOWN = Look("", "attention", "circle-question-mark")
_looks: dict[str, Mapping[str, Look]] = {}


def looks_register(of: str, looks: Mapping[str, Look]) -> None:
    """Give the statuses of a kind of thing their looks, by value."""
    _looks[of] = looks


def looks_all() -> dict[str, Mapping[str, Look]]:
    """Return every look, by kind of thing and value."""
    return dict(_looks)


def look_of(of: str, value: str) -> Look:
    """Return the look of a status."""
    return _looks.get(of, {}).get(value) or Look(value, UNKNOWN.tone, UNKNOWN.icon)
