"""The simulator's time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta


class SimClock:
    """Real time that tests may move forward.

    `speed` shortens what VMs take to change status. Billing keeps real hours, so that amounts
    stay believable.
    """

    def __init__(self, speed: float = 20.0) -> None:
        if speed <= 0:
            raise ValueError("The speed must be more than 0.")
        self.speed = speed
        self._ahead = timedelta()

    def now(self) -> datetime:
        return datetime.now(UTC) + self._ahead

    def advance(self, seconds: float) -> None:
        """Move forward by so many seconds, at once."""
        self._ahead += timedelta(seconds=seconds)

    def lasting(self, seconds: float) -> timedelta:
        """Return how long something takes here that takes `seconds` seconds at Fluence."""
        return timedelta(seconds=seconds / self.speed)
