"""A socket that answers with given bytes, for answers no proper server gives."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Thread

HOLD = object()
"""Instead of an answer: keep the connection open and say nothing."""


@dataclass
class RawServer:
    url: str
    requests: list[bytes] = field(default_factory=list)


def http(status: str, body: bytes = b"", *headers: str, length: int | None = None) -> bytes:
    """Write an answer; `length` may lie about the body's."""
    lines = [f"HTTP/1.1 {status}", *headers, f"Content-Length: {length or len(body)}"]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode() + body


@contextmanager
def raw_server(*answers: object) -> Iterator[RawServer]:
    """Serve one connection after the other; the last answer goes on for ever."""
    listener = socket.create_server(("127.0.0.1", 0))
    server = RawServer(f"http://127.0.0.1:{listener.getsockname()[1]}")
    done = Event()
    thread = Thread(target=_serve, args=(listener, server, answers, done), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        done.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()


def _serve(
    listener: socket.socket, server: RawServer, answers: tuple[object, ...], done: Event
) -> None:
    while True:
        try:
            connection, _ = listener.accept()
        except OSError:
            return
        connection.settimeout(3)
        with connection:
            answer = answers[min(len(server.requests), len(answers) - 1)]
            server.requests.append(_request(connection))
            if answer is HOLD:
                done.wait(3)
            elif isinstance(answer, bytes):
                connection.sendall(answer)


def _request(connection: socket.socket) -> bytes:
    """Read one request to its end, or as much of it as comes."""
    data = b""
    while not _is_whole(data):
        part = connection.recv(65536)
        if not part:
            break
        data += part
    return data


def _is_whole(data: bytes) -> bool:
    head, end, body = data.partition(b"\r\n\r\n")
    lengths = [line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:")]
    return bool(end) and len(body) >= (int(lengths[0].split(b":")[1]) if lengths else 0)
