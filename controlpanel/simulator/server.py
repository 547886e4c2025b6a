"""The HTTP server: threads, kept-alive connections, one world."""

from __future__ import annotations

import logging
import socket
import time
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socketserver import TCPServer
from threading import Lock

from controlpanel.simulator.answers import Answer, error_answer
from controlpanel.simulator.checkout import checkout_answer
from controlpanel.simulator.control import PREFIX, control_answer
from controlpanel.simulator.dispatch import Dispatcher
from controlpanel.simulator.payments import CHECKOUT
from controlpanel.simulator.world import World

logger = logging.getLogger(__name__)

MOST_BODY_BYTES = 1024 * 1024
IDLE_SECONDS = 60


class SimulatorServer(ThreadingHTTPServer):
    """Serves one world; `control` opens the test controls. Raises OSError if the port is taken."""

    daemon_threads = True
    request_queue_size = 256

    def __init__(self, address: tuple[str, int], world: World, *, control: bool = False) -> None:
        self.world = world
        self.dispatcher = Dispatcher(world)
        self.control = control
        self._connections: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(address, SimulatorHandler)
        world.url = self.url

    @property
    def url(self) -> str:
        host, port = self.server_address[:2]
        return f"http://{host!s}:{port}"

    def opened(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.add(connection)

    def closed(self, connection: socket.socket) -> None:
        with self._lock:
            self._connections.discard(connection)

    def server_bind(self) -> None:
        """Bind without asking DNS for the machine's name, which the base class does."""
        TCPServer.server_bind(self)
        self.server_name, self.server_port = self.server_address[:2]  # type: ignore[assignment]

    def handle_error(
        self,
        request: socket.socket | tuple[bytes, socket.socket],  # noqa: ARG002
        client_address: object,  # noqa: ARG002
    ) -> None:
        """Log a connection that broke; peers that hang up are part of the day's work."""
        logger.debug("a connection broke", exc_info=True)

    def server_close(self) -> None:
        """Stop listening, and end kept-alive connections: else they would go on being served."""
        super().server_close()
        with self._lock:
            for connection in self._connections:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # it is gone already


class SimulatorHandler(BaseHTTPRequestHandler):
    """One connection."""

    protocol_version = "HTTP/1.1"
    server_version = "FluenceSimulator"
    sys_version = ""
    disable_nagle_algorithm = True
    timeout = IDLE_SECONDS
    wbufsize = -1  # one packet for headers and body
    server: SimulatorServer

    def setup(self) -> None:
        super().setup()
        self.server.opened(self.connection)

    def finish(self) -> None:
        self.server.closed(self.connection)
        try:
            super().finish()
        except OSError:
            logger.debug("the peer was gone before the answer")

    def __getattr__(self, name: str) -> Callable[[], None]:
        """Serve every method, `do_GET` and whatever else: the dispatcher knows which there are."""
        if name.startswith("do_"):
            return self._serve
        raise AttributeError(name)

    def _serve(self) -> None:
        length = self.headers.get("Content-Length", "0")
        if "Transfer-Encoding" in self.headers or not length.isdigit():
            self._refuse(411, "A Content-Length is required.")
        elif int(length) > MOST_BODY_BYTES:
            self._refuse(413, "The body is too large.")
        else:
            self._send(self._answer(self.rfile.read(int(length))))

    def _answer(self, body: bytes) -> Answer:
        if self.server.control and self.path.startswith(PREFIX):
            return control_answer(self.server.world, self.command, self.path, body)
        if self.path.startswith(CHECKOUT):
            return checkout_answer(self.server.world, self.command, self.path, body)
        return self.server.dispatcher.answer(self.command, self.path, self.headers, body)

    def _refuse(self, status: int, message: str) -> None:
        self.close_connection = True  # the body was not read, so what follows is not a request
        self._send(error_answer("bad_request", message, status))

    def _send(self, answer: Answer) -> None:
        if answer.status is None:
            time.sleep(answer.hold)
            self.close_connection = True
            return
        self.send_response(answer.status)
        body = answer.body
        headers = dict(answer.headers)
        if answer.status != HTTPStatus.NO_CONTENT:
            headers = {
                "Content-Type": "application/json",
                "Content-Length": str(len(body)),
                **headers,
            }
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def date_time_string(self, timestamp: float | None = None) -> str:
        """The Date of an answer is the simulator's time, which tests may move."""
        moved = self.server.world.clock.now().timestamp() if timestamp is None else timestamp
        return super().date_time_string(moved)

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:  # noqa: ARG002
        """Log without the query: what people search for is nobody's business."""
        logger.debug("%s %s: %s", self.command, self.path.partition("?")[0], code)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        logger.debug(format, *args)
