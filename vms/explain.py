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


def explain(error: FluenceError) -> str:
    """Return one or two sentences to show beside the form or on the row."""
    if isinstance(error, OutcomeUnknown):
        return (
            "Fluence did not answer in time, so it is not known yet whether it was done. "
            "The panel keeps looking and will show the outcome here; do not ask again meanwhile."
        )
    if isinstance(error, CallRejected):
        return _refusal(error)
    if error.code == "service_unavailable":
        return f"Fluence is in maintenance. {UNCHANGED} Try again when it is over."
    if error.code == "circuit_open":
        return (
            "Fluence has failed many times in a row, so the panel pauses its calls. "
            f"{UNCHANGED} Try again{_after(error)}."
        )
    if error.code == "busy":
        return (
            "The panel is making as many calls for this account as it may at once. "
            f"{UNCHANGED} Try again{_after(error)}."
        )
    return f"Fluence cannot be reached at the moment. {UNCHANGED} Try again{_after(error)}."


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
            return (
                "Fluence is getting too many calls from this account. "
                f"{UNCHANGED} Try again{_after(error)}."
            )
        case NotFound():
            return (
                f"Fluence no longer knows this: {_sentence(error.message)} {UNCHANGED} "
                "The page may be older than what happened to it."
            )
        case NotAcceptable():
            return f"Fluence does not allow this in the present status: {error.message}"
    return f"Fluence refused: {_sentence(error.message)} {UNCHANGED}"


def _sentence(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."
