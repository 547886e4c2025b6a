"""Fluence's failures in a person's words: what happened, how things stand, what comes next."""

from controlpanel.fluence import (
    CallRejected,
    FluenceError,
    Forbidden,
    InsufficientBalance,
    NotAcceptable,
    NotFound,
    OutcomeUnknown,
    RateLimited,
    Unauthorized,
)

UNCHANGED = "Nothing was changed."
# Fluence's own words may be longer than the panel's columns have room for.
LONGEST_QUOTE = 300

UNANSWERED = {
    "read_timeout": "Fluence did not answer in time",
    "connection_lost": "The connection to Fluence was lost before it answered",
    "unreadable_answer": "Fluence's answer could not be read",
    "tls_error": "A secure connection to Fluence could not be made",
}


def explain(error: FluenceError) -> str:
    """Return a few sentences to show beside the form or on the row."""
    return with_request(_explained(error), error)


def with_request(words: str, error: FluenceError) -> str:
    """Add the id that the panel's log has the call under, for whoever is asked for help."""
    return f"{words} (Request {error.request_id})" if error.request_id else words


def _explained(error: FluenceError) -> str:
    if isinstance(error, OutcomeUnknown):
        return (
            f"{_what_happened(error)}, so it is not known yet whether it was done. "
            "The panel keeps looking and will show the outcome here; do not ask again meanwhile."
        )
    if isinstance(error, CallRejected):
        return _refusal(error)
    if error.code == "service_unavailable":
        return f"{_trouble(error)} {UNCHANGED} Try again when it is over."
    return f"{_trouble(error)} {UNCHANGED} Try again{_after(error)}."


def explain_waiting(error: FluenceError, seconds: float) -> str:
    """Return what to show of a change that the panel itself tries again after so many seconds."""
    words = f"{_trouble(error)} {UNCHANGED} The panel tries again in {seconds:.0f} seconds."
    return with_request(words, error)


def _trouble(error: FluenceError) -> str:
    if isinstance(error, RateLimited):
        return "Fluence is getting too many calls from this account."
    match error.code:
        case "service_unavailable":
            return "Fluence is in maintenance."
        case "circuit_open":
            return "Fluence has failed many times in a row, so the panel pauses its calls."
        case "busy":
            return "The panel is making as many calls for this account as it may at once."
    return f"{_what_happened(error)}."


def _what_happened(error: FluenceError) -> str:
    if said := UNANSWERED.get(error.code):
        return said
    if error.status:
        return f"Fluence answered with an error (HTTP {error.status})"
    return "Fluence cannot be reached at the moment"


def _after(error: FluenceError) -> str:
    return f" in {error.retry_after:.0f} seconds" if error.retry_after else " in a minute"


def _refusal(error: CallRejected) -> str:
    match error:
        case Unauthorized():
            return (
                f"Fluence rejected the team's API key. {UNCHANGED} "
                "An owner or admin can connect a new key on the Fluence account page."
            )
        case Forbidden():
            return (
                f"The team's API key may not do this. {UNCHANGED} "
                "An owner or admin can connect a key with more scopes."
            )
        case InsufficientBalance():
            return (
                "The balance of the Fluence account does not cover this. "
                f"{UNCHANGED} Top up the account at Fluence, then try again."
            )
        case RateLimited():
            return f"{_trouble(error)} {UNCHANGED} Try again{_after(error)}."
        case NotFound():
            return (
                f"Fluence no longer knows this: {quoted(error.message)} {UNCHANGED} "
                "The page may be older than what happened to it."
            )
        case NotAcceptable():
            return f"Fluence does not allow this in the present status: {quoted(error.message)}"
    return f"Fluence refused: {quoted(error.message)} {UNCHANGED}"


def quoted(text: str) -> str:
    """Return Fluence's words as a sentence."""
    text = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
