"""A running simulator for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from threading import Thread

from controlpanel.simulator.clock import SimClock
from controlpanel.simulator.faults import Faults
from controlpanel.simulator.records import State
from controlpanel.simulator.server import SimulatorServer
from controlpanel.simulator.world import SeenRequest, World


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """Where it listens, and the handles by which a test moves it."""

    url: str
    world: World

    @property
    def faults(self) -> Faults:
        return self.world.faults

    @property
    def clock(self) -> SimClock:
        return self.world.clock

    def requests(self, operation: str | None = None) -> list[SeenRequest]:
        """Return the requests seen so far, or those of one operation, such as "POST /v2/vms"."""
        seen = tuple(self.world.requests)
        return [request for request in seen if operation in (None, request.operation)]


@contextmanager
def running_simulator(
    speed: float = 20.0, *, control: bool = False, state: State | None = None
) -> Iterator[RunningSimulator]:
    """Serve a fresh world on a free port until the block ends."""
    world = World(SimClock(speed), state)
    server = SimulatorServer(("127.0.0.1", 0), world, control=control)
    thread = Thread(
        target=server.serve_forever, kwargs={"poll_interval": 0.02}, name="simulator", daemon=True
    )
    thread.start()
    try:
        yield RunningSimulator(server.url, world)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
