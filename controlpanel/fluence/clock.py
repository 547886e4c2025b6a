"""Fluence's own time, as the Date of its answers tells it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# A Date has no fractions of a second.
HALF_A_SECOND = timedelta(seconds=0.5)
# A clock that is further away tells no time, and sums with it would leave the calendar.
MOST_AHEAD = timedelta(days=366)


class RemoteClock:
    """How far Fluence's clock stands from this machine's; to be shared by clients and threads."""

    def __init__(self) -> None:
        self._ahead: timedelta | None = None

    def note(self, date: str | None) -> None:
        """Take the Date header of an answer that has just arrived; senseless ones are left out."""
        try:
            said = parsedate_to_datetime(date or "")
        except ValueError:
            return
        if said.tzinfo is None:
            return
        ahead = said - datetime.now(UTC)
        if abs(ahead) < MOST_AHEAD:
            self._ahead = ahead + HALF_A_SECOND

    def now(self) -> datetime | None:
        """Return the time at Fluence; None before an answer has told it."""
        ahead = self._ahead
        return None if ahead is None else datetime.now(UTC) + ahead

    def forget(self) -> None:
        """For tests, which go from one Fluence to another."""
        self._ahead = None
