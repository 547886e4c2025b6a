"""Reads are tried again, within bounds."""

import time

import pytest

from controlpanel.fluence import FluenceClient, RateLimited, Unavailable
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.raw_server import http, raw_server

ME = "GET /v1/users/me"


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_read_is_tried_again(sim: RunningSimulator, status: int) -> None:
    sim.faults.add("status", operation=ME, status=status, times=1)
    with FluenceClient(FULL_KEY, sim.url, retries=1) as client:
        assert client.account.me().email == "cloud@example.com"
    assert [request.status for request in sim.requests(ME)] == [status, 200]


def test_a_lost_connection_is_tried_again(sim: RunningSimulator) -> None:
    sim.faults.add("timeout_before", operation=ME, times=1)
    with FluenceClient(FULL_KEY, sim.url, retries=1) as client:
        assert client.account.me().email == "cloud@example.com"


def test_the_wait_asked_for_is_kept(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=ME, status=429, headers={"Retry-After": "1"}, times=1)
    began = time.monotonic()
    with FluenceClient(FULL_KEY, sim.url) as client:
        client.account.me()
    assert 1.0 <= time.monotonic() - began < 3.0


def test_a_long_wait_is_handed_to_the_caller_at_once(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=ME, status=429, headers={"Retry-After": "3600"})
    began = time.monotonic()
    with FluenceClient(FULL_KEY, sim.url) as client, pytest.raises(RateLimited) as caught:
        client.account.me()
    assert time.monotonic() - began < 1.0
    assert caught.value.retry_after == 3600.0
    assert len(sim.requests(ME)) == 1


def test_a_senseless_wait_is_no_reason_to_fail(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=ME, status=503, headers={"Retry-After": "soon"}, times=1)
    with FluenceClient(FULL_KEY, sim.url, retries=1) as client:
        client.account.me()


def test_it_gives_up(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation=ME, status=503)
    with FluenceClient(FULL_KEY, sim.url, retries=1) as client, pytest.raises(Unavailable):
        client.account.me()
    assert len(sim.requests(ME)) == 2


@pytest.mark.parametrize("status", [400, 401, 403, 404, 422])
def test_a_refusal_is_not_tried_again(sim: RunningSimulator, status: int) -> None:
    sim.faults.add("status", operation=ME, status=status)
    with FluenceClient(FULL_KEY, sim.url) as client, pytest.raises(Exception, match=str(status)):
        client.account.me()
    assert len(sim.requests(ME)) == 1


def test_a_read_that_times_out_is_tried_once_more_only() -> None:
    with raw_server(b"", b"", b"", http("200 OK", b"{}")) as server:
        with pytest.raises(Unavailable):
            FluenceClient("demo-key", server.url, retries=3).account.me()
        assert len(server.requests) == 2
