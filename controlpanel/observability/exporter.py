"""A worker's own figures, over HTTP on a port of its own: a worker answers no web requests."""

import logging
import socket
from collections.abc import Callable, Iterable
from secrets import compare_digest
from threading import Thread
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from prometheus_client import CONTENT_TYPE_LATEST

from controlpanel.lib.addresses import BindAddress

from .metrics import exposition

logger = logging.getLogger(__name__)
StartResponse = Callable[[str, list[tuple[str, str]]], object]


class _SilentHandler(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's own name
        """Say nothing: it is asked every few seconds."""


class _IPv6Server(WSGIServer):
    address_family = socket.AF_INET6


def exporter_start(bind: BindAddress, token: str) -> WSGIServer:
    """Serve this process's figures on `bind` from a thread, to bearers of `token`.

    Raises:
        OSError: the port is taken.
    """
    expected = f"Bearer {token}".encode()

    def application(environ: dict[str, Any], start_response: StartResponse) -> Iterable[bytes]:
        if not compare_digest(environ.get("HTTP_AUTHORIZATION", "").encode(), expected):
            start_response("401 Unauthorized", [("WWW-Authenticate", "Bearer")])
            return [b"METRICS_TOKEN is needed.\n"]
        start_response("200 OK", [("Content-Type", CONTENT_TYPE_LATEST)])
        return [exposition()]

    server = make_server(
        bind.host,
        bind.port,
        application,
        server_class=_IPv6Server if ":" in bind.host else WSGIServer,
        handler_class=_SilentHandler,
    )
    Thread(target=server.serve_forever, name="metrics", daemon=True).start()
    logger.info("metrics on %s", bind)
    return server
