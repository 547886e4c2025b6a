"""What an answer may cost: a server that drips or that never ends must hold nobody up.

requests bounds the wait for each byte, not for all of them, and no size at all.
"""

from __future__ import annotations

import socket
import time
from contextlib import suppress
from threading import Event, Timer
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.response import HTTPResponse

MOST_BYTES = 8 * 1024 * 1024
"""Of a body, once it is unpacked."""

READ_TIMEOUTS = 2
"""How many read timeouts the headers may take, and as many the whole of the body."""

MOST_PAGES = 2_000
"""Of one listing: with 100 items a page, twice the largest account that was measured."""

_PART = 65536


class AnswerTooLarge(requests.RequestException):
    """The body is larger than any answer may be."""


def body_of(response: requests.Response, read_timeout: float) -> bytes:
    """Read the body as it comes, and unpack it.

    Raises:
        requests.ReadTimeout: it takes too long.
        AnswerTooLarge: it is larger than MOST_BYTES.
        requests.RequestException, urllib3.exceptions.HTTPError: it was cut, or cannot be unpacked.
    """
    deadline = time.monotonic() + READ_TIMEOUTS * read_timeout
    content = bytearray()
    try:
        while part := response.raw.read1(_PART, decode_content=True):
            content += part
            if len(content) > MOST_BYTES:
                raise AnswerTooLarge("The answer is too large.")
            if time.monotonic() > deadline:
                raise requests.ReadTimeout("The answer takes too long.")
    finally:
        response.close()
    return bytes(content)


class BoundedAdapter(HTTPAdapter):
    """An adapter whose connections give up headers that drip."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = POOLS

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:  # noqa: ANN401 - as requests has it
        manager = super().proxy_manager_for(proxy, **kwargs)
        manager.pool_classes_by_scheme = POOLS
        return manager


class _Bounded(HTTPConnection):
    # urllib3's answer is not the standard library's.
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]
        """Read the headers. Raises TimeoutError, as if none of them had come."""
        if not isinstance(self.timeout, int | float) or self.sock is None:
            return super().getresponse()
        is_cut = Event()
        watch = Timer(READ_TIMEOUTS * self.timeout, _cut, (self.sock, is_cut))
        watch.daemon = True
        watch.start()
        try:
            response = super().getresponse()
        except Exception:
            if not is_cut.is_set():
                raise
        finally:
            watch.cancel()
        if is_cut.is_set():
            # What came before may look like the whole of the headers.
            raise TimeoutError("The headers take too long.")
        return response


class _BoundedTLS(_Bounded, HTTPSConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Bounded


class _PoolTLS(HTTPSConnectionPool):
    ConnectionCls = _BoundedTLS


POOLS = {"http": _Pool, "https": _PoolTLS}


def _cut(connection: socket.socket, is_cut: Event) -> None:
    """Wake whoever reads from it: nothing more will come."""
    is_cut.set()
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)
