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
from controlpanel.ui.messages import Message, say, say_all

UNCHANGED = say("unchanged")
# Fluence's own words may be longer than a row has room for.
LONGEST_QUOTE = 300

# What the client calls a call that got no answer, and the code of what is said of it.
UNANSWERED = {
    "read_timeout": "no_answer_in_time",
    "connection_lost": "connection_lost",
    "unreadable_answer": "answer_unreadable",
    "tls_error": "no_secure_connection",
}
TROUBLES = {
    "service_unavailable": "in_maintenance",
    "circuit_open": "calls_paused",
    "busy": "calls_at_limit",
}


def explain(error: FluenceError) -> Message:
    """Return a few sentences to show beside the form or on the row."""
    return with_request(_explained(error), error)


def explain_refusal(error: FluenceError) -> Message:
    """Return why Fluence refused it, and nothing of how things stand: that is in doubt."""
    limited = isinstance(error, RateLimited)
    words = _trouble(error) if limited else say("refused", quote=quoted(error.message))
    return with_request(words, error)


def with_request(message: Message, error: FluenceError) -> Message:
    """Add the id that the panel's log has the call under, for whoever is asked for help."""
    if not error.request_id:
        return message
    return say("with_request", message=message, request_id=error.request_id)


def _explained(error: FluenceError) -> Message:
    if isinstance(error, OutcomeUnknown):
        return say("outcome_unknown", what=_what_happened(error))
    if isinstance(error, CallRejected):
        return _refusal(error)
    if error.code == "service_unavailable":
        return say_all(_trouble(error), UNCHANGED, say("try_when_over"))
    return say_all(_trouble(error), UNCHANGED, _try_again(error))


def explain_waiting(error: FluenceError, seconds: float) -> Message:
    """Return what to show of a change that the panel itself tries again after so many seconds."""
    again = say("panel_tries_again", seconds=round(seconds))
    return with_request(say_all(_trouble(error), UNCHANGED, again), error)


def _trouble(error: FluenceError) -> Message:
    if isinstance(error, RateLimited):
        return say("too_many_calls")
    if code := TROUBLES.get(error.code):
        return say(code)
    return say("happened", what=_what_happened(error))


def _what_happened(error: FluenceError) -> Message:
    if code := UNANSWERED.get(error.code):
        return say(code)
    return say("http_error", status=error.status) if error.status else say("unreachable")


def _try_again(error: FluenceError) -> Message:
    if error.retry_after:
        return say("try_again_in", seconds=round(error.retry_after))
    return say("try_again_in_a_minute")


def _refusal(error: CallRejected) -> Message:
    match error:
        case Unauthorized():
            return say_all(say("key_rejected"), UNCHANGED, say("connect_new_key"))
        case Forbidden():
            return say_all(say("key_forbidden"), UNCHANGED, say("connect_wider_key"))
        case InsufficientBalance():
            return say_all(say("balance_too_low"), UNCHANGED, say("top_up"))
        case RateLimited():
            return say_all(_trouble(error), UNCHANGED, _try_again(error))
        case NotFound():
            words = say("no_longer_known", quote=quoted(error.message))
            return say_all(words, UNCHANGED, say("page_may_be_old"))
        case NotAcceptable():
            return say("not_in_this_status", quote=quoted(error.message))
    return say_all(say("refused", quote=quoted(error.message)), UNCHANGED)


def quoted(text: str) -> str:
    """Return Fluence's words as a sentence."""
    text = text if len(text) <= LONGEST_QUOTE else f"{text[:LONGEST_QUOTE]}…"
    return text if text.endswith((".", "!", "?", "…")) else f"{text}."
