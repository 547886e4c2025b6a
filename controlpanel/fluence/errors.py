"""What can go wrong with a call, sorted by the two questions a caller has.

"May I try again?" (`may_retry`) and "do I know what happened?" (`outcome_known`).
"""

from __future__ import annotations


class UnsendableKey(ValueError):
    """The API key has characters that no header can carry. The key itself is not in the message."""


class FluenceError(Exception):
    """A call to Fluence that did not give the answer asked for.

    `code` is the API's own word (`not_found`, ...) or the client's (`connect_timeout`, ...).
    `message` is safe to show: short, never HTML, never holding a secret.
    `status` is the HTTP status, None when no answer came.
    `endpoint` reads "POST /v2/vms"; `request_id` is the client's own id of the call, as logged.
    `retry_after` is the wait in seconds that Fluence asked for, if it did.
    """

    may_retry = False
    outcome_known = True

    def __init__(
        self,
        message: str,
        *,
        code: str = "",  # a default for each, so that workers can pickle it
        status: int | None = None,
        endpoint: str = "",
        request_id: str = "",
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.status = status
        self.endpoint = endpoint
        self.request_id = request_id
        self.retry_after = retry_after

    def __str__(self) -> str:
        where = f" ({self.endpoint}, request {self.request_id})" if self.endpoint else ""
        return f"{self.message}{where}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}(code={self.code!r}, status={self.status}, {str(self)!r})"


class CallRejected(FluenceError):
    """Fluence answered, and did not do it."""


class BadRequest(CallRejected):
    """The request itself is wrong (400)."""


class Unauthorized(CallRejected):
    """The API key is missing, unknown or revoked (401)."""


class Forbidden(CallRejected):
    """The API key may not do this: its scopes do not include it (403)."""


class NotFound(CallRejected):
    """No such thing in this account (404)."""


class Conflict(CallRejected):
    """It clashes with something that is already there (409)."""


class Unprocessable(CallRejected):
    """Well-formed, but it cannot be done: no capacity, a disk too small (422)."""


class NotAcceptable(CallRejected):
    """Not allowed in the present status (406): it is not among `allowed_actions`."""


class InsufficientBalance(CallRejected):
    """The account cannot pay for it (402)."""


class RateLimited(CallRejected):
    """Too many calls (429). Not done; try again after `retry_after` seconds, if given."""

    may_retry = True


class Unavailable(FluenceError):
    """No answer, and nothing has happened: a failed read, or a change that was never sent."""

    may_retry = True


class OutcomeUnknown(FluenceError):
    """A change was sent and may have happened. Look at Fluence before doing anything else."""

    outcome_known = False


class MalformedAnswer(FluenceError):
    """A read succeeded, but its answer makes no sense. The message names endpoint and field."""
