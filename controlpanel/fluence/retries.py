"""Reads are tried again; changes never are."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from urllib3.connectionpool import ConnectionPool
from urllib3.exceptions import InvalidHeader, MaxRetryError, ResponseError
from urllib3.response import BaseHTTPResponse
from urllib3.util.retry import Retry

LONGEST_WAIT = 5.0
"""Seconds. A longer Retry-After is handed to the caller at once, so that nobody waits on it."""


class ReadRetry(Retry):
    """Try a GET again, with growing and jittered pauses, or as long as Retry-After says.

    urllib3's own rules would repeat any method when the connection could not be made; here a
    change is one attempt, so that the caller can count on it.
    """

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        if error is not None and method != "GET":
            raise MaxRetryError(_pool, url or "", error) from error  # type: ignore[arg-type]
        if response is not None and (self.get_retry_after(response) or 0.0) > LONGEST_WAIT:
            # raise_on_status is off: urllib3 then returns this very response.
            raise MaxRetryError(_pool, url or "", ResponseError("told to wait too long"))  # type: ignore[arg-type]
        return super().increment(method, url, response, error, _pool, _stacktrace)

    def get_retry_after(self, response: BaseHTTPResponse) -> float | None:
        return seconds_to_wait(response.headers.get("Retry-After"))


def read_retry(total: int) -> ReadRetry:
    """Return the rule for `total` further attempts; a read that timed out is tried once more."""
    return ReadRetry(
        total=total,
        read=min(total, 1),
        allowed_methods={"GET"},
        status_forcelist={429, 500, 502, 503, 504},
        backoff_factor=0.2,
        backoff_jitter=0.2,
        backoff_max=LONGEST_WAIT,
        respect_retry_after_header=True,
        raise_on_status=False,
    )


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None if absent or senseless."""
    if retry_after is None:
        return None
    try:
        return float(Retry().parse_retry_after(retry_after))
    except (InvalidHeader, ValueError, OverflowError):
        return None
