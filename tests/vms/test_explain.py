"""Failures in a person's words: what happened, how things stand, what comes next."""

import pytest

from controlpanel.fluence import FluenceError, OutcomeUnknown, RateLimited, Unavailable
from vms.explain import explain


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (Unavailable("x", code="circuit_open", retry_after=12.4), "pauses its calls"),
        (Unavailable("x", code="busy"), "as many calls for this account as it may"),
        (Unavailable("x", code="service_unavailable"), "in maintenance"),
        (Unavailable("x", code="connect_timeout"), "cannot be reached"),
        (RateLimited("x", code="rate_limited", retry_after=3), "too many calls"),
    ],
)
def test_what_was_not_sent_is_said_to_have_changed_nothing(error: FluenceError, words: str) -> None:
    told = explain(error)
    assert words in told
    assert "Nothing was changed." in told
    assert "Try again" in told


def test_the_wait_that_is_known_is_told() -> None:
    assert "Try again in 12 seconds." in explain(
        Unavailable("x", code="circuit_open", retry_after=12.4)
    )


def test_an_unknown_outcome_asks_for_patience_and_not_for_another_try() -> None:
    told = explain(OutcomeUnknown("x", code="read_timeout"))
    assert "not known yet" in told
    assert "do not ask again" in told
