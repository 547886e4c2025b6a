"""A whole session, with everything that can go wrong, leaves no secret in any log or error.

At level DEBUG, with what urllib3 says, and with tracebacks that show local variables, as Django's
error reports do.
"""

import logging
import traceback
from collections.abc import Callable
from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient, FluenceError
from controlpanel.simulator.accounts import FULL_KEY, REVOKED_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.every_call import CALLS
from tests.fluence.session import whole_session

FAULTS: list[dict[str, Any]] = [
    {"kind": "status", "status": 401},
    {"kind": "status", "status": 500, "effect": True},
    {"kind": "status", "status": 502, "body": "<html>Bad gateway</html>"},
    {"kind": "status", "status": 429, "headers": {"Retry-After": "0"}},
    {"kind": "status", "status": 200, "body": '{"token": 7, "items": 7}'},
    {"kind": "truncated"},
    {"kind": "timeout_before"},
]


def everything_shown(error: BaseException) -> str:
    whole = traceback.TracebackException.from_exception(error, capture_locals=True)
    return f"{error!r} {vars(error)} {''.join(whole.format())}"


def shown_of(
    call: Callable[[FluenceClient[Changes]], object], client: FluenceClient[Changes]
) -> str:
    """Return all that is shown of the call's error; "" if it has none."""
    try:
        call(client)
    except FluenceError as error:
        return everything_shown(error)
    return ""


def logged(caplog: pytest.LogCaptureFixture) -> str:
    formatter = logging.Formatter("%(name)s %(message)s %(args)s")
    return "\n".join(formatter.format(record) for record in caplog.records)


def test_a_session_without_trouble_logs_no_secret(
    sim: RunningSimulator, client: FluenceClient[Changes], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    from_answers = whole_session(client, sim)
    text = logged(caplog)
    assert "urllib3" in text
    assert len(from_answers) == 4
    for secret in [FULL_KEY, "hunter2", *from_answers]:
        assert len(secret) > 5
        assert secret not in text


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: "-".join(map(str, fault.values()))[:20])
def test_whatever_goes_wrong_no_secret_is_logged_or_shown(
    sim: RunningSimulator, caplog: pytest.LogCaptureFixture, fault: dict[str, Any]
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    sim.faults.add(**fault)
    with FluenceClient(FULL_KEY, sim.url, read_timeout=2.0, retries=0).for_changes() as client:
        errors = [shown_of(call, client) for call in CALLS.values()]
    assert len(list(filter(None, errors))) >= len(CALLS) - 10
    shown = "".join(errors) + logged(caplog)
    for secret in (FULL_KEY, "hunter2"):
        assert secret not in shown


def test_a_key_that_is_refused_is_not_shown(
    sim: RunningSimulator, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "urllib3")
    with FluenceClient(REVOKED_KEY, sim.url).for_changes() as client:
        shown = shown_of(lambda c: c.account.me(), client)
    assert "Unauthorized" in shown
    assert REVOKED_KEY not in shown + logged(caplog)


def test_secrets_of_answers_hide_in_their_repr(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    def keep(answer: object) -> object:
        seen.append(repr(answer))
        return answer

    seen: list[str] = []
    for group in ("vms", "billing"):
        for name in ("console_token", "create_top_up", "pending_top_up", "create_legacy_top_up"):
            calls = getattr(client, group)
            if hasattr(calls, name):
                method = getattr(calls, name)
                setattr(calls, name, lambda *args, method=method: keep(method(*args)))
    secrets = whole_session(client, sim)
    assert len(seen) >= 4
    assert not [secret for secret in secrets if secret in "".join(seen)]
