"""Which error an answer becomes: by the body's code, else by the HTTP status."""

import json
import pickle
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from controlpanel import fluence
from controlpanel.fluence import CallRejected, Changes, FluenceClient, FluenceError
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519

ME = "GET /v1/users/me"
HTML = "<!DOCTYPE html><html><body><h1>Bad gateway</h1></body></html>"

BY_CODE = [
    ("bad_request", fluence.BadRequest),
    ("unauthorized", fluence.Unauthorized),
    ("forbidden", fluence.Forbidden),
    ("not_found", fluence.NotFound),
    ("conflict", fluence.Conflict),
    ("unprocessable_entity", fluence.Unprocessable),
    ("not_acceptable", fluence.NotAcceptable),
    ("insufficient_balance", fluence.InsufficientBalance),
]

BY_STATUS = [
    (400, "bad_request", fluence.BadRequest),
    (401, "unauthorized", fluence.Unauthorized),
    (402, "insufficient_balance", fluence.InsufficientBalance),
    (403, "forbidden", fluence.Forbidden),
    (404, "not_found", fluence.NotFound),
    (405, "method_not_allowed", CallRejected),
    (406, "not_acceptable", fluence.NotAcceptable),
    (409, "conflict", fluence.Conflict),
    (418, "http_418", CallRejected),
    (422, "unprocessable_entity", fluence.Unprocessable),
    (429, "rate_limited", fluence.RateLimited),
    (500, "internal_server_error", fluence.Unavailable),
    (502, "bad_gateway", fluence.Unavailable),
    (503, "service_unavailable", fluence.Unavailable),
]


def failure(sim: RunningSimulator, client: FluenceClient, status: int, body: str) -> FluenceError:
    sim.faults.add("status", operation=ME, status=status, body=body)
    with pytest.raises(FluenceError) as caught:
        client.account.me()
    return caught.value


@pytest.mark.parametrize("status", [300, 301, 302, 303, 304, 307, 308, 399])
def test_what_is_no_success_is_a_failure_however_it_reads(
    sim: RunningSimulator, client: FluenceClient, status: int
) -> None:
    error = failure(sim, client, status, json.dumps({"id": "u1", "email": "a@b.example"}))
    assert (error.code, error.status) == ("redirected", status)


@pytest.mark.parametrize("status", [200, 201, 299])
def test_each_success_is_one(sim: RunningSimulator, client: FluenceClient, status: int) -> None:
    sim.faults.add("status", operation=ME, status=status, body='{"id": "u1"}')
    assert client.account.me().id == "u1"


@pytest.mark.parametrize("status", [300, 302, 303])
def test_a_change_that_was_answered_so_may_have_been_made(
    sim: RunningSimulator, client: FluenceClient[Changes], status: int
) -> None:
    sim.faults.add("status", operation="POST /v1/ssh_keys", status=status, body="{}")
    with pytest.raises(fluence.OutcomeUnknown):
        client.ssh_keys.create("laptop", ED25519)


@pytest.mark.parametrize(("code", "kind"), BY_CODE)
def test_the_bodys_code_decides_whatever_the_status(
    sim: RunningSimulator, client: FluenceClient, code: str, kind: type[FluenceError]
) -> None:
    error = failure(sim, client, 418, json.dumps({"code": code, "error": "No."}))
    assert type(error) is kind
    assert (error.code, error.message, error.status) == (code, "No.", 418)
    assert error.endpoint == ME
    assert error.request_id in str(error)


@pytest.mark.parametrize("body", ["", HTML, "[]", '{"error": "No."}', '{"code": 7}'])
@pytest.mark.parametrize(("status", "code", "kind"), BY_STATUS)
def test_without_a_code_the_status_decides(
    sim: RunningSimulator,
    client: FluenceClient,
    status: int,
    code: str,
    kind: type[FluenceError],
    body: str,
) -> None:
    error = failure(sim, client, status, body)
    assert type(error) is kind
    assert (error.code, error.status) == (code, status)


def test_an_older_body_still_gives_its_message(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    error = failure(sim, client, 403, '{"error": "Auth failed. No such API Key"}')
    assert error.message == "Auth failed. No such API Key"


@pytest.mark.parametrize("body", [HTML, json.dumps({"code": "not_found", "error": HTML})])
def test_html_is_never_shown(sim: RunningSimulator, client: FluenceClient, body: str) -> None:
    error = failure(sim, client, 404, body)
    assert error.message == "Fluence answered with HTTP status 404."


def test_a_long_message_is_cut(sim: RunningSimulator, client: FluenceClient) -> None:
    error = failure(sim, client, 400, json.dumps({"code": "bad_request", "error": "a" * 9000}))
    assert len(error.message) == 500
    assert error.message.endswith("…")


def test_a_code_from_the_future_is_a_rejection_with_that_code(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    error = failure(sim, client, 400, json.dumps({"code": "too_early", "error": "Not yet."}))
    assert type(error) is CallRejected
    assert error.code == "too_early"


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("soon", None),
        ("-7", None),
        ("Thu, 01 Jan 1970 00:00:00 GMT", 0.0),
        ("Fri, 01 Jan 2999 00:00:00 GMT", 3600.0),
        ("9" * 400, 3600.0),
    ],
)
def test_the_wait_asked_for_is_passed_on(
    sim: RunningSimulator, client: FluenceClient, header: str, seconds: float | None
) -> None:
    sim.faults.add("status", operation=ME, status=429, headers={"Retry-After": header})
    with pytest.raises(fluence.RateLimited) as caught:
        client.account.me()
    assert caught.value.retry_after == seconds
    assert caught.value.may_retry


def test_a_wait_until_a_date_is_passed_on_in_seconds(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    until = format_datetime(datetime.now(UTC) + timedelta(seconds=20), usegmt=True)
    sim.faults.add("status", operation=ME, status=429, headers={"Retry-After": until})
    with pytest.raises(fluence.RateLimited) as caught:
        client.account.me()
    assert caught.value.retry_after is not None
    assert 17 < caught.value.retry_after <= 20


def test_an_error_travels_between_processes(sim: RunningSimulator, client: FluenceClient) -> None:
    error = failure(sim, client, 404, "")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301
    assert type(copy) is type(error)
    assert vars(copy) == vars(error)
