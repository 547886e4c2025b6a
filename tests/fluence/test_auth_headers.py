"""How a call proves who it is from."""

import pytest

from controlpanel.fluence import FluenceClient, Unauthorized
from controlpanel.simulator.accounts import FULL_KEY, REVOKED_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.raw_server import http, raw_server


def test_the_key_is_sent_in_both_headers(sim: RunningSimulator, client: FluenceClient) -> None:
    client.account.me()
    assert sim.requests()[0].auth_headers == ("X-API-KEY", "Authorization")


def test_the_headers_are_spelt_as_the_guide_and_the_openapi_text_have_them() -> None:
    with raw_server(http("200 OK", b'{"items": []}')) as server:
        FluenceClient("demo-key", server.url).catalogue.clusters()
    assert b"X-API-KEY: demo-key\r\n" in server.requests[0]
    assert b"Authorization: X-API-KEY demo-key\r\n" in server.requests[0]


def test_each_call_has_its_own_request_id(sim: RunningSimulator, client: FluenceClient) -> None:
    client.account.me()
    client.account.me()
    first, second = (request.request_id for request in sim.requests())
    assert first
    assert first != second


def test_a_revoked_key_is_unauthorized(sim: RunningSimulator) -> None:
    with FluenceClient(REVOKED_KEY, sim.url) as client, pytest.raises(Unauthorized) as caught:
        client.account.me()
    assert caught.value.code == "unauthorized"
    assert caught.value.status == 401


def test_a_redirect_does_not_carry_the_key_away() -> None:
    with raw_server(http("200 OK", b"{}")) as elsewhere:
        redirect = http("307 Temporary Redirect", b"", f"Location: {elsewhere.url}/")
        with raw_server(redirect) as server, pytest.raises(Exception, match="redirect"):
            FluenceClient(FULL_KEY, server.url).account.me()
    assert elsewhere.requests == []


@pytest.mark.parametrize("key", ["", "with space", "line\nbreak", "snow☃"])
def test_a_key_that_cannot_be_one_is_refused_without_being_quoted(key: str) -> None:
    with pytest.raises(ValueError, match="printable ASCII") as caught:
        FluenceClient(key)
    assert not key or key not in str(caught.value)


@pytest.mark.parametrize(
    "address", ["", "api.fluence.dev", "ftp://x", "https://me:pw@host", "https://x/?a=1"]
)
def test_an_address_that_cannot_be_one_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="must look like"):
        FluenceClient("demo-key", address)
