"""A read that got no answer."""

import pytest

from controlpanel.fluence import FluenceClient, MalformedAnswer, Unavailable
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.fluence.raw_server import HOLD, http, raw_server


def read(url: str) -> Unavailable:
    client = FluenceClient("demo-key", url, connect_timeout=0.3, read_timeout=0.2, retries=0)
    with pytest.raises(Unavailable) as caught:
        client.account.me()
    assert caught.value.may_retry
    return caught.value


def test_nobody_listens() -> None:
    with raw_server(b"") as server:
        pass
    error = read(server.url)
    assert error.code == "unreachable"
    assert error.status is None


def test_the_name_is_unknown() -> None:
    assert read("http://fluence.invalid").code == "unreachable"


def test_connecting_takes_too_long() -> None:
    # Nobody is at an address of this range, so nobody refuses either.
    assert read("http://192.0.2.1:81").code in ("connect_timeout", "unreachable")


def test_tls_is_spoken_to_who_does_not_speak_it() -> None:
    with running_simulator() as server:
        assert read(server.url.replace("http:", "https:")).code == "tls_error"


def test_no_answer_in_time() -> None:
    with raw_server(HOLD) as server:
        assert read(server.url).code == "read_timeout"


@pytest.mark.parametrize("answer", [b"", http("200 OK", b"{", length=99)])
def test_the_connection_is_lost(answer: bytes) -> None:
    with raw_server(answer) as server:
        assert read(server.url).code == "connection_lost"


def test_maintenance_stops_all_but_the_service_status(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    sim.faults.add("maintenance")
    assert read(sim.url).code == "service_unavailable"
    assert client.account.service_status().maintenance_mode is True


def test_an_answer_that_is_not_json_names_the_endpoint(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    sim.faults.add("truncated", operation="GET /v1/users/me")
    with pytest.raises(MalformedAnswer, match="GET /v1/users/me") as caught:
        client.account.me()
    assert caught.value.status == 200
