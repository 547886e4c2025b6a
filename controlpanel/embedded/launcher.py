"""The order in which `manage.py run` brings a panel up, and what it says when it is up."""

import asyncio
import fcntl
import json
import logging
import os
import shlex
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor

from controlpanel.lib.database_use import DatabaseUnusable, database_require

from . import demo, processes
from .environment import (
    ALLOCATOR,
    BASE_DIR,
    DEFAULT_DATA_DIR,
    Installation,
    remembered,
    write_private,
)
from .supervisor import ServiceError, Supervisor, say

# Warnings of the children that are no news here: nothing is collected when WhiteNoise serves the
# apps' own files, and the worker takes JSON alone, so that it may run as root (in a container).
QUIET = "ignore:No directory at,ignore:You're running the worker with superuser privileges"


def run(installation: Installation) -> None:
    """Bring the panel up and keep it up until Ctrl-C or SIGTERM.

    Raises:
        SystemExit: it could not be started, or a part of it keeps dying; with a sentence why.
    """
    os.environ.setdefault("PYTHONWARNINGS", QUIET)
    for name, value in ALLOCATOR.items():
        os.environ.setdefault(name, value)
    logging.disable(logging.INFO)  # this process reports by `say`
    with _only_one(installation), TemporaryDirectory(prefix="console-") as sockets:
        try:
            asyncio.run(_supervise(installation, Path(sockets)))
        except (ServiceError, TimeoutError, DatabaseUnusable) as error:
            raise SystemExit(f"The panel has stopped: {error}") from None


async def _supervise(installation: Installation, sockets: Path) -> None:
    work = asyncio.create_task(_work(installation, sockets))
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with suppress(asyncio.CancelledError):
        await work


async def _work(installation: Installation, sockets: Path) -> None:
    async with Supervisor(on_change=lambda pids: _publish(installation, pids)) as supervisor:
        up = asyncio.create_task(_bring_up(installation, sockets, supervisor))
        either: list[asyncio.Future[Any]] = [up, supervisor.failure]
        try:
            await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
            if up.done():
                print(up.result(), flush=True)  # noqa: T201
            await supervisor.failure
        finally:
            up.cancel()


async def _bring_up(installation: Installation, sockets: Path, supervisor: Supervisor) -> str:
    """Start everything and return what to tell the person."""
    if installation.has_valkey:
        supervisor.start(processes.valkey(installation))
    if installation.has_simulator:
        supervisor.start(processes.simulator(installation))
    await asyncio.gather(processes.static_files_collect(), asyncio.to_thread(_migrate))
    supervisor.start(processes.pages(sockets))
    supervisor.start(processes.stream(sockets))
    supervisor.start(processes.front(installation, sockets))
    if installation.has_simulator:
        await processes.answer_awaited("127.0.0.1", installation.simulator_port)
        await asyncio.to_thread(_seed, installation)
    await processes.answer_awaited(installation.host, installation.port)
    # Last, so that they do not compete with the page somebody is waiting for.
    supervisor.start(processes.worker())
    supervisor.start(processes.beat())
    return _welcome(installation)


def _migrate() -> None:
    try:
        database_require()
        executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            say("panel", "bringing the database up to date")
            call_command("migrate", verbosity=0)
    finally:
        connections.close_all()


def _seed(installation: Installation) -> None:
    try:
        demo.demo_seed(password=os.environ["DEMO_PASSWORD"], folder=installation.data_dir)
    finally:
        connections.close_all()


def _publish(installation: Installation, pids: dict[str, int]) -> None:
    state = {
        "environment": remembered(),
        "url": settings.PUBLIC_URL,
        "processes": {"supervisor": os.getpid(), **pids},
    }
    write_private(installation.state_file, json.dumps(state, indent=2))


@contextmanager
def _only_one(installation: Installation) -> Iterator[None]:
    """Hold the data folder: two panels on one database would each think the other's work lost."""
    with (installation.data_dir / "run.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise SystemExit(
                f"A panel already runs on the data in {installation.data_dir}: stop it first, or "
                "choose another folder with DATA_DIR."
            ) from None
        yield


def _team_command(installation: Installation) -> str:
    """Return the command that makes a team in this panel's database, and in no other."""
    python = Path(sys.executable)
    if python.is_relative_to(BASE_DIR):
        python = python.relative_to(BASE_DIR)
    words = [str(python), "manage.py", "team_create", "Acme", "owner@example.com"]
    if installation.data_dir != DEFAULT_DATA_DIR:
        words.insert(0, f"DATA_DIR={installation.data_dir}")
    # A shell takes an assignment as one only if its name stands unquoted.
    return shlex.join(words).replace("'DATA_DIR=", "DATA_DIR='", 1)


def _welcome(installation: Installation) -> str:
    if installation.has_simulator:
        fluence = "a simulator on this machine: nothing is rented, nothing costs money"
        people = demo.demo_logins(password=os.environ["DEMO_PASSWORD"])
    else:
        fluence = settings.FLUENCE_API_URL
        people = f"Make the first team in another terminal:\n\n  {_team_command(installation)}"
    lines = (
        "",
        "Fluence team console is ready.",
        "",
        f"Open      {settings.PUBLIC_URL}",
        f"Fluence   {fluence}",
        f"Data      {installation.data_dir}",
        "Stop      Ctrl-C",
        "",
        *people.splitlines(),
        "",
    )
    return "\n".join(f"  {line}".rstrip() for line in lines)
