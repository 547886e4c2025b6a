"""Asking the pages who may listen, over their socket: one answer, one connection, one refusal."""

import json
import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from socketserver import ThreadingUnixStreamServer
from typing import Any

import pytest

from controlpanel.live.listening import Listens, Pages, PagesAway


class _Answering(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    status, said = 200, json.dumps({"team": "a-team", "person": 7})

    def do_GET(self) -> None:
        server: Any = self.server
        server.asked.append((self.path, self.headers.get("Cookie"), self.headers.get("X-Other")))
        body = self.said.encode()
        self.send_response(self.status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def handle(self) -> None:
        super().handle()
        server: Any = self.server
        server.let_go.set()  # the other side has closed the connection

    def address_string(self) -> str:
        return "a socket"

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[Callable[..., tuple[Pages, Any]]]:
    servers: list[Any] = []

    def answering(status: int = 200) -> tuple[Pages, Any]:
        handler = type("Handler", (_Answering,), {"status": status})
        server: Any = ThreadingUnixStreamServer(str(tmp_path / "pages.sock"), handler)
        server.daemon_threads, server.asked, server.let_go = True, [], threading.Event()
        threading.Thread(target=server.serve_forever, daemon=True).start()
        servers.append(server)
        return Pages(f"unix/{tmp_path / 'pages.sock'}"), server

    yield answering
    for server in servers:
        server.shutdown()
        server.server_close()


def test_they_say_who_and_hear_only_what_they_need(pages: Callable[..., Any]) -> None:
    asking, server = pages()
    found = asking.who("/t/acme/events/", [(b"cookie", b"session=1"), (b"x-other", b"2")])
    assert found == Listens("a-team", 7)
    assert server.asked == [("/t/acme/events/", "session=1", None)]
    assert server.let_go.wait(10), "a connection that is left open costs the pages a thread"


@pytest.mark.parametrize("status", [302, 403, 404])
def test_whoever_may_not_listen_is_nobody(pages: Callable[..., Any], status: int) -> None:
    asking, _ = pages(status)
    assert asking.who("/t/acme/events/", []) is None


def test_pages_in_trouble_are_no_refusal(pages: Callable[..., Any], tmp_path: Path) -> None:
    asking, _ = pages(503)
    with pytest.raises(PagesAway, match="503"):
        asking.who("/t/acme/events/", [])
    with pytest.raises(PagesAway):
        Pages(f"unix/{tmp_path / 'nobody'}").who("/t/acme/events/", [])
    with socket.create_server(("127.0.0.1", 0)) as closed:
        port = closed.getsockname()[1]
    with pytest.raises(PagesAway):
        Pages(f"127.0.0.1:{port}").who("/t/acme/events/", [])
