"""Which failed calls are tried again, and after how long. Reads are; changes never are."""

from __future__ import annotations

import random
from dataclasses import dataclass

from controlpanel.fluence.errors import FluenceError, RateLimited, Unavailable
from controlpanel.fluence.failures import NOT_SENT, Call

LONGEST_WAIT = 5.0
"""Seconds. A longer Retry-After is handed to the caller at once, so that nobody waits on it."""

AGAIN_ONCE = {"read_timeout", "connection_lost"}
"""A read that got no answer cost its whole timeout, so it is tried once more only."""

TIMEOUTS = {"read_timeout", "connect_timeout"}

AGAIN = {"unreachable", "connect_timeout"} | AGAIN_ONCE


@dataclass(frozen=True, slots=True)
class RetryRule:
    """How many more times a GET is tried, and whether one that timed out is."""

    total: int
    timeouts: bool = True

    def pause(self, call: Call, error: FluenceError, attempt: int, unanswered: int) -> float | None:
        """Return the seconds to wait before the next attempt; None to give up.

        `attempt` counts from 1; `unanswered` of these attempts got no answer.
        """
        if call.method != "GET" or attempt > self.total or error.code in NOT_SENT:
            return None
        if not isinstance(error, RateLimited | Unavailable):
            return None
        if error.status is None and (
            error.code not in AGAIN or (error.code in AGAIN_ONCE and unanswered > 1)
        ):
            return None
        if error.code in TIMEOUTS and not self.timeouts:
            return None
        if error.retry_after is not None:
            return error.retry_after if error.retry_after <= LONGEST_WAIT else None
        growing: float = 0.2 * 2 ** (attempt - 1)
        return min(growing + random.uniform(0.0, 0.2), LONGEST_WAIT)  # noqa: S311
