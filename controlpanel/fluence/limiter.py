"""What the transport asks before each request: may it be sent now?

`NoLimit` says yes. `limits.py` keeps count in Redis or Valkey, for all processes of the panel.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


class Refused(Exception):
    """The request must not be sent now.

    `code` is `circuit_open` (Fluence failed again and again), `rate_limited` (it told this key to
    wait) or `busy` (no slot became free in time). `retry_after` is in seconds.
    """

    def __init__(self, code: str, retry_after: float) -> None:
        super().__init__(code)
        self.code = code
        self.retry_after = retry_after


@dataclass(frozen=True, slots=True)
class Lease:
    """A slot that is held while a request is on its way.

    `clean` says that no failure stands against the key; `probe`, that this request is the one
    that tries whether Fluence is back.
    """

    token: str
    clean: bool = True
    probe: bool = False


class Limiter(Protocol):
    """The limits of one API key. May be shared by threads."""

    def enter(self) -> Lease:
        """Take a slot, waiting a little if need be. Raises Refused."""

    def leave(self, lease: Lease, *, failed: bool, pause: float | None) -> None:
        """Give the slot back. Never raises.

        `failed` says that Fluence gave no answer or one of trouble (not a refusal); `pause` is
        how many seconds it told the key to wait.
        """


class NoLimit:
    """Every request may be sent."""

    def enter(self) -> Lease:
        return Lease("")

    def leave(self, lease: Lease, *, failed: bool, pause: float | None) -> None:
        """Nothing was taken."""
