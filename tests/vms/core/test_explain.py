"""Failures in a person's words: what happened, how things stand, what comes next."""

import pytest

from controlpanel.fluence import (
    FluenceError,
    MalformedAnswer,
    OutcomeUnknown,
    RateLimited,
    Unavailable,
)
from vms.core.explain import explain


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unavailable("x", code="circuit_open", retry_after=12.4), "pauses its calls"),
        (Unavailable("x", code="busy"), "as many calls for this account as it may"),
        (Unavailable("x", code="service_unavailable"), "in maintenance"),
        (Unavailable("x", code="connect_timeout"), "cannot be reached"),
        (Unavailable("x", code="read_timeout"), "did not answer in time"),
        (Unavailable("x", code="bad_gateway", status=502), "an error (HTTP 502)"),
        (MalformedAnswer("x", code="unreadable_answer", status=200), "could not be read"),
        (RateLimited("x", code="rate_limited", retry_after=3), "too many calls"),
    ],
)
def test_what_was_not_sent_is_said_to_have_changed_nothing(error: FluenceError, words: str) -> None:
    told = str(explain(error))
    assert words in told
    assert "Nothing was changed." in told
    assert "Try again" in told


def test_the_wait_that_is_known_is_told() -> None:
    told = explain(Unavailable("x", code="circuit_open", retry_after=12.4))
    assert "Try again in 12 seconds." in str(told)


@pytest.mark.parametrize(
    ("code", "status", "words"),
    [
        ("read_timeout", None, "Fluence did not answer in time,"),
        ("connection_lost", None, "The connection to Fluence was lost before it answered,"),
        ("internal_server_error", 500, "Fluence answered with an error (HTTP 500),"),
        ("unreadable_answer", 200, "Fluence's answer could not be read,"),
    ],
)
def test_an_unknown_outcome_asks_for_patience_and_not_for_another_try(
    code: str, status: int | None, words: str
) -> None:
    told = str(explain(OutcomeUnknown("x", code=code, status=status)))
    assert told.startswith(words)
    assert "not known yet" in told
    assert "do not ask again" in told
