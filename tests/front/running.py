"""The front as `manage.py run` starts it, before a server that tells what reached it."""

import json
import os
import subprocess
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import requests

from tests.stack import BASE_DIR, free_ports


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.endswith("/events/"):
            self._stream()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        seen = {"path": self.path, "headers": dict(self.headers), "bytes": len(body)}
        self.server.seen.append(seen)  # type: ignore[attr-defined]
        answer = json.dumps(seen | {"filler": "x" * 2000}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    do_POST = do_GET  # noqa: N815 - the names are those of http.server

    def _stream(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream")
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(b"event: ready\ndata:\n\n")
        self.wfile.flush()
        self.server.let_go.wait(20)  # type: ignore[attr-defined]

    def log_message(self, *_: object) -> None:
        pass


class Upstream(ThreadingHTTPServer):
    """What stands behind the front; `seen` are the requests that reached it."""

    daemon_threads = True

    def __init__(self, port: int) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.seen: list[dict[str, Any]] = []
        self.let_go = threading.Event()
        threading.Thread(target=self.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self.let_go.set()
        self.shutdown()
        self.server_close()


class Front:
    """Caddy with the project's Caddyfile; `port` is what visitors reach."""

    def __init__(self, folder: Path, **environment: str) -> None:
        self.port, self.upstream_port = free_ports(2)
        self.url = f"http://127.0.0.1:{self.port}"
        self.access_log = folder / "access.log"
        self.static = folder / "static"
        self._environment = {
            **os.environ,
            "SITE_ADDRESS": f"http://:{self.port}",
            "BIND": "127.0.0.1",
            "PUBLIC_PATH": "",
            "PAGES_UPSTREAM": f"127.0.0.1:{self.upstream_port}",
            "STREAM_UPSTREAM": f"127.0.0.1:{self.upstream_port}",
            "STATIC_ROOT": str(self.static),
            "ACCESS_LOG": f"file {self.access_log}",
            "CADDY_LOG_LEVEL": "ERROR",
            "XDG_DATA_HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder),
            **environment,
        }

    def __enter__(self) -> "Front":
        caddy = Path(sys.executable).with_name("caddy")
        words = [str(caddy), "run", "--config", str(BASE_DIR / "Caddyfile")]
        self._process = subprocess.Popen([*words, "--adapter", "caddyfile"], env=self._environment)
        deadline = time.monotonic() + 20
        while not self._is_up():
            assert self._process.poll() is None, "the front ended"
            assert time.monotonic() < deadline, "the front did not start"
            time.sleep(0.05)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)

    def _is_up(self) -> bool:
        try:
            return requests.get(f"{self.url}/static/none", timeout=2).status_code == 404
        except requests.ConnectionError:
            return False
