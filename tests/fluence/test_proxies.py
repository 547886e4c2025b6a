"""Behind a proxy: it is known as well as without one whether a request may have reached Fluence."""

import pytest

from controlpanel.fluence import FluenceClient, FluenceError, OutcomeUnknown, Unavailable
from tests.fluence.raw_server import HOLD, http, raw_server

PLAIN, TLS = "http://fluence.invalid", "https://fluence.invalid"


@pytest.fixture(autouse=True)
def no_other_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


def terminate(monkeypatch: pytest.MonkeyPatch, proxy: str, base_url: str) -> FluenceError:
    monkeypatch.setenv("http_proxy", proxy)
    monkeypatch.setenv("https_proxy", proxy)
    client = FluenceClient("demo-key", base_url, read_timeout=0.2).for_changes()
    with pytest.raises(FluenceError) as caught:
        client.vms.terminate("abc")
    return caught.value


@pytest.mark.parametrize("answer", [b"", HOLD, b"HTTP/1.1 200 OK\r\nContent-Le", http("502 No")])
def test_a_change_that_the_proxy_may_have_passed_on_is_unknown(
    monkeypatch: pytest.MonkeyPatch, answer: object
) -> None:
    with raw_server(answer) as proxy:
        assert type(terminate(monkeypatch, proxy.url, PLAIN)) is OutcomeUnknown
        assert len(proxy.requests) == 1
        assert b"/v2/vms/abc/terminate" in proxy.requests[0]


def test_a_proxy_is_told_nothing_of_a_fluence_on_this_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with raw_server(b"") as proxy, raw_server(http("404 Not Found")) as fluence:
        terminate(monkeypatch, proxy.url, fluence.url)
        assert len(fluence.requests) == 1
        assert proxy.requests == []


@pytest.mark.parametrize("base_url", [PLAIN, TLS])
def test_a_change_that_found_no_proxy_was_not_sent(
    monkeypatch: pytest.MonkeyPatch, base_url: str
) -> None:
    with raw_server(b"") as proxy:
        pass
    error = terminate(monkeypatch, proxy.url, base_url)
    assert type(error) is Unavailable
    assert error.code == "unreachable"


def test_a_change_whose_way_the_proxy_did_not_open_was_not_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with raw_server(http("403 Forbidden")) as proxy:
        error = terminate(monkeypatch, proxy.url, TLS)
        assert type(error) is Unavailable
        assert error.code == "unreachable"
        assert proxy.requests[0].startswith(b"CONNECT fluence.invalid:443")
        assert b"demo-key" not in proxy.requests[0]
