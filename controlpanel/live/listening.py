"""Who may listen to a team's stream: the pages are asked, whose rules then hold here as well."""

import json
import socket
from collections.abc import Iterable
from http.client import HTTPConnection, HTTPException
from typing import NamedTuple
from urllib.parse import quote

# What the pages need to know of the visitor; the front has cleaned it.
FORWARDED = frozenset((b"host", b"cookie", b"user-agent", b"x-forwarded-for", b"x-forwarded-proto"))
SECONDS = 5.0
# The answer names two ids.
MOST_BYTES = 1000


class PagesAway(Exception):
    """The pages did not say who listens: they or their database are away, or too busy."""


class Listens(NamedTuple):
    """Whose stream it is: the ids of a team and of a member of it."""

    team: str
    person: int


class Pages:
    """The pages' side of the question: `controlpanel.live.views.listens`.

    Args:
        upstream: `HOST:PORT`, or `unix/` and the path of a socket, as Caddy writes them.
    """

    def __init__(self, upstream: str) -> None:
        self._upstream = upstream

    def who(self, path: str, headers: Iterable[tuple[bytes, bytes]]) -> Listens | None:
        """Return who asks for the stream at `path`, or None if they may not have it.

        Raises:
            PagesAway: nobody could say so within some seconds.
        """
        connection = self._connection()
        forwarded = {
            name.decode("latin-1"): value.decode("latin-1")
            for name, value in headers
            if name in FORWARDED
        }
        try:
            connection.request("GET", quote(path), headers=forwarded)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES)
        except (OSError, HTTPException) as error:
            raise PagesAway(str(error)) from error
        finally:
            connection.close()
        if answer.status >= 500:
            raise PagesAway(f"they answered {answer.status}")
        return Listens(**json.loads(text)) if answer.status == 200 else None

    def _connection(self) -> HTTPConnection:
        if self._upstream.startswith("unix/"):
            return _SocketConnection(self._upstream.removeprefix("unix/"))
        return HTTPConnection(self._upstream, timeout=SECONDS)


class _SocketConnection(HTTPConnection):
    """HTTP by a socket of this machine."""

    def __init__(self, path: str) -> None:
        super().__init__("localhost", timeout=SECONDS)
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(self._path)
