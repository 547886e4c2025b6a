"""What a look at Fluence says about an operation whose outcome is unknown."""

from dataclasses import dataclass
from typing import Any

from controlpanel.ui.messages import Message


@dataclass(frozen=True, slots=True)
class Found:
    """It was done; `answer` is what the call would have returned."""

    answer: Any


@dataclass(frozen=True, slots=True)
class Absent:
    """No trace of it (yet): proof only after the grace period."""


@dataclass(frozen=True, slots=True)
class Unclear:
    """What is there may be its doing, or may not: for a person to settle, as `message` says."""

    message: Message


Finding = Found | Absent | Unclear
