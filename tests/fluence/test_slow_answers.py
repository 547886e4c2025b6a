"""An answer that trickles in, is packed or is cut holds nobody up and deceives nobody."""

import gzip
import json
import socket
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from threading import Thread

import pytest
from requests.adapters import HTTPAdapter

from controlpanel.fluence import FluenceClient, FluenceError, OutcomeUnknown, Unavailable
from controlpanel.fluence.bounds import MOST_BYTES
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.every_call import FIRST_DAY, LAST_DAY
from tests.fluence.raw_server import http, raw_server

ME = {"id": "u1", "email": "cloud@example.com", "permissions": ["vms:read"]}


# A read, after which nothing has happened, and a change, which may have been made.
either_call = pytest.mark.parametrize(
    ("call", "kind"),
    [
        (lambda client: client.account.me(), Unavailable),
        (lambda client: client.for_changes().vms.terminate("abc"), OutcomeUnknown),
    ],
)


@contextmanager
def trickling_server(head: bytes, rest: bytes, pause: float) -> Iterator[str]:
    """Serve answers that begin with `head`; of the rest a byte comes every `pause` seconds."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        while True:
            with suppress(OSError), listener.accept()[0] as connection:
                connection.recv(65536)
                connection.sendall(head)
                for byte in rest:
                    connection.sendall(bytes([byte]))
                    time.sleep(pause)
            if listener.fileno() < 0:
                return

    Thread(target=serve, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.close()


@either_call
def test_an_answer_that_trickles_in_is_given_up(
    call: Callable[[FluenceClient], object], kind: type[FluenceError]
) -> None:
    body = b" " * 1000
    with trickling_server(http("200 OK", length=len(body)), body, 0.05) as url:
        client = FluenceClient("demo-key", url, read_timeout=0.2, retries=0)
        began = time.monotonic()
        with pytest.raises(kind) as caught:
            call(client)
        assert time.monotonic() - began < 2.0
        assert caught.value.code == "read_timeout"


@either_call
def test_headers_that_drip_are_given_up(
    call: Callable[[FluenceClient], object], kind: type[FluenceError]
) -> None:
    with trickling_server(b"HTTP/1.1 200 OK\r\n", b"X" * 1000, 0.05) as url:
        client = FluenceClient("demo-key", url, read_timeout=0.2, retries=0)
        began = time.monotonic()
        with pytest.raises(kind) as caught:
            call(client)
        assert time.monotonic() - began < 5.0  # of the fifty that all of them would take
        assert caught.value.code == "read_timeout"


@pytest.mark.parametrize("headers", [(), ("Content-Encoding: gzip",)])
@either_call
def test_an_answer_without_measure_is_not_read_to_its_end(
    call: Callable[[FluenceClient], object],
    kind: type[FluenceError],
    headers: tuple[str, ...],
) -> None:
    body = b" " * (64 * MOST_BYTES if headers else MOST_BYTES + 1)
    sent = gzip.compress(body) if headers else body
    with raw_server(http("200 OK", sent, *headers)) as server:
        client = FluenceClient("demo-key", server.url, retries=0)
        tracemalloc.start()
        try:
            with pytest.raises(kind) as caught:
                call(client)
            _, most = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert caught.value.code == "answer_too_large"
    assert most < 4 * MOST_BYTES


def test_an_answer_that_is_slow_but_comes_is_read() -> None:
    body = json.dumps(ME).encode()
    with trickling_server(http("200 OK", length=len(body)), body, 0.002) as url:
        client = FluenceClient("demo-key", url, read_timeout=2.0)
        assert client.account.me().email == ME["email"]


def test_a_packed_answer_is_unpacked() -> None:
    packed = gzip.compress(json.dumps(ME).encode())
    with raw_server(http("200 OK", packed, "Content-Encoding: gzip")) as server:
        assert FluenceClient("demo-key", server.url).account.me().email == ME["email"]


@pytest.mark.parametrize(
    "answer",
    [
        http("200 OK", b"a,b\n1,2\n", length=500),
        http("200 OK", b"not packed", "Content-Encoding: gzip"),
    ],
)
def test_text_that_was_cut_or_spoilt_is_not_taken_for_the_whole(answer: bytes) -> None:
    with raw_server(answer) as server:
        client = FluenceClient("demo-key", server.url, retries=0)
        with pytest.raises(Unavailable) as caught:
            client.billing.charges_csv(FIRST_DAY, LAST_DAY)
        assert caught.value.code == "connection_lost"


def test_connections_are_kept_and_used_again(sim: RunningSimulator, client: FluenceClient) -> None:
    for _ in range(5):
        client.account.me()
        with pytest.raises(FluenceError):
            client.vms.get("00000000-0000-4000-8000-000000000000")
    adapter = client._transport._session.get_adapter(sim.url)
    assert isinstance(adapter, HTTPAdapter)
    pools = adapter.poolmanager.pools
    [key] = pools.keys()
    assert pools[key].num_connections == 1
