"""A change whose end nobody saw is neither done nor not done, and is never sent twice."""

from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient, FluenceError, OutcomeUnknown, RateLimited
from controlpanel.fluence.errors import CallRejected, Unavailable
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.raw_server import HOLD, http, raw_server
from tests.fluence.renting import CREATE, vm_request


def ask_for_a_vm(client: FluenceClient[Changes]) -> FluenceError:
    request = vm_request(client)
    with pytest.raises(FluenceError) as caught:
        client.vms.create(request)
    return caught.value


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "timeout_before", "seconds": 0.5}, "read_timeout"),
        ({"kind": "timeout_after", "seconds": 0.5}, "read_timeout"),
        ({"kind": "timeout_before"}, "connection_lost"),
        ({"kind": "timeout_after"}, "connection_lost"),
        ({"kind": "status", "status": 500, "effect": True}, "internal_server_error"),
        ({"kind": "status", "status": 502, "body": "<html>"}, "bad_gateway"),
        ({"kind": "status", "status": 503}, "service_unavailable"),
        ({"kind": "maintenance"}, "service_unavailable"),
        ({"kind": "status", "status": 303}, "redirected"),
        ({"kind": "truncated"}, "unreadable_answer"),
        ({"kind": "status", "status": 200, "body": "{}", "effect": True}, "unreadable_answer"),
        ({"kind": "status", "status": 204, "effect": True}, "unreadable_answer"),
    ],
)
def test_an_ambiguous_end_is_unknown_and_the_call_was_sent_once(
    sim: RunningSimulator, fault: dict[str, Any], code: str
) -> None:
    sim.faults.add(operation=CREATE, **fault)
    with FluenceClient(FULL_KEY, sim.url, read_timeout=0.2, retries=3).for_changes() as client:
        error = ask_for_a_vm(client)
    assert type(error) is OutcomeUnknown
    assert error.code == code
    assert not error.outcome_known
    assert not error.may_retry
    assert len(sim.requests(CREATE)) == 1


def test_the_vm_may_have_been_made_all_the_same(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    sim.faults.add("timeout_after", operation=CREATE, times=1)
    assert type(ask_for_a_vm(client)) is OutcomeUnknown
    assert [vm.name for vm in client.vms.find_by_name("web-1")] == ["web-1"]


@pytest.mark.parametrize(
    "answer",
    [
        HOLD,
        b"",
        b"HTTP/1.1 200 OK\r\nContent-Le",
        http("200 OK", b'{"id": "1', length=500),
        http("200 OK", b"not json"),
        http("408 Request Timeout"),
        b"\x00\x01garbage\r\n\r\n",
    ],
)
def test_a_broken_answer_to_a_change_is_unknown(answer: object) -> None:
    with raw_server(answer) as server:
        client = FluenceClient("demo-key", server.url, read_timeout=0.2).for_changes()
        with pytest.raises(OutcomeUnknown):
            client.vms.terminate("abc")
        assert len(server.requests) == 1


def test_a_change_turned_away_for_too_many_calls_was_not_done_and_is_not_sent_again(
    sim: RunningSimulator,
) -> None:
    sim.faults.add("status", operation=CREATE, status=429, headers={"Retry-After": "0"})
    with FluenceClient(FULL_KEY, sim.url, retries=3).for_changes() as client:
        assert type(ask_for_a_vm(client)) is RateLimited
    assert len(sim.requests(CREATE)) == 1


def test_a_change_sent_to_another_address_was_not_done(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    sim.faults.add("status", operation=CREATE, status=308)
    assert type(ask_for_a_vm(client)) is CallRejected


def test_a_change_that_found_nobody_was_not_sent() -> None:
    with raw_server(b"") as server:
        pass
    with pytest.raises(Unavailable) as caught:
        FluenceClient("demo-key", server.url).for_changes().vms.terminate("abc")
    assert caught.value.code == "unreachable"
    assert caught.value.outcome_known


def test_an_estimate_that_got_no_answer_changed_nothing(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    sim.faults.add("timeout_before", operation="POST /v1/prices/cost")
    with pytest.raises(Unavailable):
        client.prices.cost([])
