"""Which error a failed call is: from Fluence's answer, or from the network's complaint."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from math import ceil
from typing import Any

import requests
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    InvalidHeader,
    MaxRetryError,
    NameResolutionError,
    NewConnectionError,
    ProxyError,
    ReadTimeoutError,
)
from urllib3.util.retry import Retry

from controlpanel.fluence import errors
from controlpanel.fluence.bounds import AnswerTooLarge
from controlpanel.fluence.limiter import Refused
from controlpanel.fluence.texts import clean

LONGEST_MESSAGE = 500
LONGEST_WAIT_ASKED = 3600.0
"""Seconds. A senseless Retry-After must not lock a key out for years."""

REJECTIONS: dict[str, type[errors.CallRejected]] = {
    "bad_request": errors.BadRequest,
    "unauthorized": errors.Unauthorized,
    "forbidden": errors.Forbidden,
    "not_found": errors.NotFound,
    "conflict": errors.Conflict,
    "unprocessable_entity": errors.Unprocessable,
    "not_acceptable": errors.NotAcceptable,
    "insufficient_balance": errors.InsufficientBalance,
    "rate_limited": errors.RateLimited,
}

CODES_BY_STATUS = {
    400: "bad_request",
    401: "unauthorized",
    402: "insufficient_balance",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    406: "not_acceptable",
    408: "request_timeout",
    409: "conflict",
    422: "unprocessable_entity",
    429: "rate_limited",
    500: "internal_server_error",
    502: "bad_gateway",
    503: "service_unavailable",
    504: "gateway_timeout",
}

NOTHING_DONE_REDIRECTS = {301, 307, 308}
"""Statuses that say "ask there instead". Others (302, 303) also follow a change that was made."""

MESSAGES = {
    "unreachable": "Fluence cannot be reached.",
    "connect_timeout": "Fluence cannot be reached: connecting took too long.",
    "tls_error": "A secure connection to Fluence could not be made.",
    "read_timeout": "Fluence did not answer in time.",
    "connection_lost": "The connection to Fluence was lost before an answer came.",
    "redirected": "The address answered with a redirect. Check the address of the Fluence API.",
    "answer_too_large": "Fluence's answer is larger than any answer should be.",
    "unreadable_answer": "Fluence's answer could not be read.",
    "circuit_open": "Fluence failed several times in a row, so nothing is sent to it for now.",
    "busy": "Too many calls with this API key are under way, so this one was not sent.",
    "rate_limited": "Fluence told this API key to wait, so this was not done.",
}

NOT_SENT = {"circuit_open", "busy"}
"""Codes of calls that the client's own limits held back."""


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as far as errors and logs may know it. `changes` is whether it has an effect."""

    method: str
    path: str
    request_id: str
    changes: bool

    @property
    def endpoint(self) -> str:
        return f"{self.method} {self.path}"

    def fails(
        self,
        kind: type[errors.FluenceError],
        code: str,
        *,
        message: str = "",
        status: int | None = None,
        retry_after: float | None = None,
    ) -> errors.FluenceError:
        """Return the error; without a message of Fluence's, the client says what it knows."""
        fallback = f"Fluence answered with HTTP status {status}." if status else "The call failed."
        return kind(
            message or MESSAGES.get(code, fallback),
            code=code,
            status=status,
            endpoint=self.endpoint,
            request_id=self.request_id,
            retry_after=retry_after,
        )


def from_answer(call: Call, response: requests.Response, content: bytes) -> errors.FluenceError:
    """Return the error for an answer that is not a success: by `code`, else by HTTP status."""
    status = response.status_code
    code, message = _code_and_message(content)
    if 300 <= status < 400:
        code, message = "redirected", ""
    code = code or CODES_BY_STATUS.get(status, f"http_{status}")
    return call.fails(
        _kind(call, status, code),
        code,
        message=message,
        status=status,
        retry_after=seconds_to_wait(response.headers.get("Retry-After")),
    )


def _kind(call: Call, status: int, code: str) -> type[errors.FluenceError]:
    if status == 429:
        return errors.RateLimited
    trouble = status >= 500 or status == 408 or code == "internal_server_error"
    if call.changes:
        maybe_done = 300 <= status < 400 and status not in NOTHING_DONE_REDIRECTS
        if trouble or maybe_done:
            return errors.OutcomeUnknown
    elif trouble or code == "service_unavailable":
        return errors.Unavailable
    return REJECTIONS.get(code, errors.CallRejected)


def _code_and_message(content: bytes) -> tuple[str, str]:
    try:
        body: Any = json.loads(content)
    except (ValueError, RecursionError):
        return "", ""
    if not isinstance(body, dict):
        return "", ""
    code, message = body.get("code"), body.get("error")
    return (
        code if isinstance(code, str) and re.fullmatch(r"[a-z0-9_]{1,64}", code) else "",
        _shown(message) if isinstance(message, str) else "",
    )


def _shown(message: str) -> str:
    """Cut a message to what a page can show; markup says nothing to a reader, so none of it."""
    message = " ".join(clean(message).split())
    if re.search(r"<(!doctype|html|head|body|[a-z]+[^>]*>)", message, re.IGNORECASE):
        return ""
    return message if len(message) <= LONGEST_MESSAGE else message[: LONGEST_MESSAGE - 1] + "…"


def seconds_to_wait(retry_after: str | None) -> float | None:
    """Read a Retry-After header, in seconds or as a date; None if absent or senseless.

    An hour at most: whoever is told to wait longer asks again then.
    """
    if retry_after is None:
        return None
    try:
        return min(float(Retry().parse_retry_after(retry_after)), LONGEST_WAIT_ASKED)
    except (InvalidHeader, ValueError, OverflowError):
        return None


def from_refusal(call: Call, refused: Refused) -> errors.FluenceError:
    """Return the error for a call that the client's own limits held back: nothing was sent."""
    kind = errors.RateLimited if refused.code == "rate_limited" else errors.Unavailable
    message = f"{MESSAGES[refused.code]} The next try is in {ceil(refused.retry_after)} seconds."
    return call.fails(kind, refused.code, message=message, retry_after=refused.retry_after)


def is_trouble(error: errors.FluenceError) -> bool:
    """Whether it speaks against Fluence's health: no answer, or one that is not Fluence's own.

    A refusal is an answer, also "closed for maintenance" and "too many calls".
    """
    if error.status is None:
        return True
    return error.status >= 500 and error.code != "service_unavailable"


def from_network(call: Call, error: requests.RequestException | HTTPError) -> errors.FluenceError:
    """Return the error for a call that got no answer."""
    code, sent = _what_happened(error)
    maybe_done = sent and call.changes
    return call.fails(errors.OutcomeUnknown if maybe_done else errors.Unavailable, code)


def _what_happened(error: requests.RequestException | HTTPError) -> tuple[str, bool]:
    """Return the code, and whether the request may have reached Fluence."""
    if isinstance(error, AnswerTooLarge):
        return "answer_too_large", True
    reason: object = error
    if isinstance(error, requests.RequestException):
        reason = error.args[0] if error.args else None
    if isinstance(reason, MaxRetryError):
        reason = reason.reason
    if isinstance(reason, ProxyError):
        # A proxy that was reached may have passed the request on before the connection was lost.
        reason = reason.original_error
    if isinstance(reason, NewConnectionError | NameResolutionError) or _is_tunnel_refused(reason):
        return "unreachable", False
    if isinstance(error, requests.ConnectTimeout) or isinstance(reason, ConnectTimeoutError):
        return "connect_timeout", False
    if isinstance(error, requests.exceptions.SSLError):
        return "tls_error", "CERTIFICATE_VERIFY_FAILED" not in str(error)
    if isinstance(error, requests.ReadTimeout) or isinstance(reason, ReadTimeoutError):
        return "read_timeout", True
    return "connection_lost", True


def _is_tunnel_refused(reason: object) -> bool:
    """Whether a proxy did not open the way to Fluence, which is asked before anything is sent."""
    return isinstance(reason, OSError) and str(reason).startswith("Tunnel connection failed")
