"""`manage.py simulator`: a local Fluence API."""

from __future__ import annotations

import errno
import signal
from argparse import ArgumentParser
from pathlib import Path
from threading import Thread
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from controlpanel.simulator.clock import SimClock
from controlpanel.simulator.faults import KINDS, parse_fault
from controlpanel.simulator.records import State
from controlpanel.simulator.server import SimulatorServer
from controlpanel.simulator.state_file import StateFileUnreadable, StateSaver, load_state
from controlpanel.simulator.world import World


class Command(BaseCommand):
    help = "Serve a local Fluence API with demo accounts, for trying the panel and for tests."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
        parser.add_argument("--port", type=int, default=9300, help="port to listen on")
        parser.add_argument(
            "--speed", type=float, default=20.0, help="how much faster VMs launch than at Fluence"
        )
        parser.add_argument("--state", type=Path, help="file to keep the accounts in")
        parser.add_argument(
            "--fault",
            action="append",
            default=[],
            metavar="KIND[,NAME=VALUE…]",
            help=f"trouble from the start, such as latency,seconds=2; kinds: {', '.join(KINDS)}",
        )
        parser.add_argument(
            "--control", action="store_true", help="open /_control/: faults for tests"
        )

    def handle(self, **options: Any) -> None:
        path: Path | None = options["state"]
        world = World(_clock(options["speed"]), _state(path))
        for text in options["fault"]:
            _set_fault(world, text)
        server = _server(options["host"], options["port"], world, control=options["control"])
        saver = StateSaver(world, path) if path else None
        if saver:
            saver.start()
        _stop_on_signals(server)
        self.stdout.write(f"Fluence simulator at {server.url}")
        self.stdout.flush()
        try:
            server.serve_forever()
        finally:
            server.server_close()
            if saver:
                saver.stop()


def _clock(speed: float) -> SimClock:
    try:
        return SimClock(speed)
    except ValueError as error:
        raise CommandError(f"--speed: {error}") from None


def _state(path: Path | None) -> State:
    try:
        return load_state(path) if path else State()
    except StateFileUnreadable:
        raise CommandError(
            f"{path} does not hold the state of a simulator. "
            "Move it away, or choose another file with --state."
        ) from None


def _set_fault(world: World, text: str) -> None:
    try:
        world.faults.add(**parse_fault(text))
    except ValueError as error:
        raise CommandError(f"--fault {text}: {error}") from None


def _server(host: str, port: int, world: World, *, control: bool) -> SimulatorServer:
    try:
        return SimulatorServer((host, port), world, control=control)
    except OSError as error:
        problem = "is in use" if error.errno == errno.EADDRINUSE else f"cannot be used ({error})"
        raise CommandError(
            f"Port {port} on {host} {problem}: choose another with --port."
        ) from None


def _stop_on_signals(server: SimulatorServer) -> None:
    def stop(_signal: int, _frame: FrameType | None) -> None:
        # shutdown() waits for serve_forever(), which this very thread is running.
        Thread(target=server.shutdown, name="simulator-stop").start()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
