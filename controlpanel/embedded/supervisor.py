"""Starts child processes, passes on what they say, restarts those that die, stops them in order."""

import asyncio
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, STDOUT, Process
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import monotonic
from types import TracebackType
from typing import cast

LINE_LIMIT = 1024 * 1024
STABLE_SECONDS = 10.0
MOST_FAILURES = 4


@dataclass(frozen=True, slots=True)
class Service:
    """One child process: its name in the output, its command, and how it stops.

    `stop_order` is its place when all are stopped, the lowest first; `stop_seconds` is how long
    it may take before it is ended by force.
    """

    name: str
    command: tuple[str, ...]
    stop_order: int
    stop_seconds: float = 4.0
    # What it is told besides what this process was, as pairs of name and value.
    environment: tuple[tuple[str, str], ...] = ()


class ServiceError(Exception):
    """A service keeps dying; the message says which one and how."""


class Supervisor:
    """An async context manager around all children: on leaving, it stops them in their order.

    `on_change` is called with the name and process id of every child now running.
    """

    def __init__(self, on_change: Callable[[dict[str, int]], None]) -> None:
        self._on_change = on_change
        self._processes: dict[str, Process] = {}
        self._keepers: dict[Service, asyncio.Task[None]] = {}
        self._stopping = asyncio.Event()
        self.failure: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    async def __aenter__(self) -> "Supervisor":
        watchdog = str(Path(__file__).with_name("watchdog.py"))
        self._watchdog = await asyncio.create_subprocess_exec(
            *(sys.executable, "-I", "-S", watchdog),
            stdin=PIPE,
            process_group=0,
        )
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stopping.set()
        try:
            for service in sorted(self._keepers, key=lambda service: service.stop_order):
                await self._stop(service, self._keepers[service])
        finally:  # a second Ctrl-C ends here at once
            for process in (*self._processes.values(), self._watchdog):
                _send(process, signal.SIGKILL)
            await asyncio.wait(self._keepers.values())
            await self._watchdog.wait()

    def start(self, service: Service) -> None:
        """Start a service and keep it running until this block is left."""
        self._keepers[service] = asyncio.create_task(self._keep(service))

    async def _keep(self, service: Service) -> None:
        failures = 0
        while not self._stopping.is_set():
            started = monotonic()
            code = await self._run(service)
            if self._stopping.is_set():
                return
            failures = 1 if monotonic() - started > STABLE_SECONDS else failures + 1
            if failures == MOST_FAILURES:
                self._give_up(f"{service.name} {_how(code)}, {failures} times in a row.")
                return
            delay = 2.0 ** (failures - 2)
            say("panel", f"{service.name} {_how(code)}; starting it again in {delay:g} s")
            await asyncio.sleep(delay)

    async def _run(self, service: Service) -> int:
        """Run a service once, print what it says, and return its exit code."""
        process = await asyncio.create_subprocess_exec(
            *service.command,
            stdin=DEVNULL,
            stdout=PIPE,
            stderr=STDOUT,
            limit=LINE_LIMIT,
            env={**os.environ, **dict(service.environment)},
            # Not the terminal's group: Ctrl-C comes to the supervisor alone, which stops in order.
            process_group=self._watchdog.pid,
        )
        self._processes[service.name] = process
        self._publish()
        await self._pass_on(service.name, cast(asyncio.StreamReader, process.stdout))
        code = await process.wait()
        del self._processes[service.name]
        self._publish()
        return code

    async def _pass_on(self, name: str, output: asyncio.StreamReader) -> None:
        while True:
            try:
                line = await output.readline()
            except ValueError:  # longer than LINE_LIMIT; asyncio has dropped it
                line = b"(a line too long to show)"
            if not line:
                return
            # What they say to being stopped, halfway through their start at worst, is no news.
            if not self._stopping.is_set():
                say(name, line.decode(errors="replace").rstrip())

    async def _stop(self, service: Service, keeper: "asyncio.Task[None]") -> None:
        process = self._processes.get(service.name)
        if process is None:
            keeper.cancel()
            await asyncio.wait([keeper])
            return
        _send(process, signal.SIGTERM)
        _, still_running = await asyncio.wait([keeper], timeout=service.stop_seconds)
        if still_running:
            say("panel", f"{service.name} took longer than {service.stop_seconds:g} s; ending it")
            _send(process, signal.SIGKILL)

    def _publish(self) -> None:
        self._on_change({name: process.pid for name, process in self._processes.items()})

    def _give_up(self, message: str) -> None:
        if not self.failure.done():
            self.failure.set_exception(ServiceError(message))


def say(name: str, text: str) -> None:
    """Print one line of the common output."""
    sys.stdout.write(f"{name:<9} | {text}\n")
    sys.stdout.flush()


def _send(process: Process, number: signal.Signals) -> None:
    if process.returncode is None:
        process.send_signal(number)


def _how(code: int) -> str:
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"stopped with exit code {code}"
