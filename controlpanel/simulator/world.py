"""Everything there is in the simulator, behind one lock."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import RLock
from uuid import uuid4

from controlpanel.simulator.accounts import new_accounts
from controlpanel.simulator.answers import Answer
from controlpanel.simulator.clock import SimClock
from controlpanel.simulator.faults import Faults
from controlpanel.simulator.records import Rented, State, Thing, VMRecord

REQUESTS_KEPT = 10_000


@dataclass(frozen=True, slots=True)
class SeenRequest:
    """A request as tests may look at it: never a header's value, a body or a query."""

    method: str
    path: str
    operation: str
    status: int | None
    auth_headers: tuple[str, ...]
    request_id: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer in full, for an observer; nothing keeps it.

    `operation` is a template ("GET /v2/vms/{vm_id}") where the path is known.
    """

    operation: str
    params: dict[str, str]
    query: dict[str, list[str]]
    user_agent: str
    request: bytes
    answer: Answer


Observer = Callable[[Exchange], None]

OBSERVERS: list[Observer] = []
"""Called with each exchange of every world that is made after they are put here."""


class World:
    """The accounts, what they hold, the clock and the faults.

    Whoever reads or changes `state` holds `lock`. `revision` grows with each change. `keep` is
    called before a change is answered, to make sure that it will outlive the process.
    """

    def __init__(self, clock: SimClock | None = None, state: State | None = None) -> None:
        self.clock = clock or SimClock()
        self.state = state or State()
        self.state.accounts = {**new_accounts(), **self.state.accounts}
        self.faults = Faults()
        self.requests: deque[SeenRequest] = deque(maxlen=REQUESTS_KEPT)
        self.observers: list[Observer] = [*OBSERVERS]
        self.lock = RLock()
        self.revision = 0
        # Where the server of this world listens, for addresses that a person opens.
        self.url = ""
        self.keep: Callable[[], None] = lambda: None
        # Whose VMs they are, as of when there were so many; no VM ever changes hands.
        self._vms_by_account: dict[str, list[VMRecord]] = defaultdict(list)
        self._vms_counted = 0
        # When the world was last looked through, and until when that is recent enough.
        self.settled_at = self.settled_until = datetime.min.replace(tzinfo=UTC)
        self.clock.advance(self.state.seconds_ahead)

    def advance(self, seconds: float) -> None:
        """Move the clock forward, also for whoever loads the state later."""
        with self.lock:
            self.clock.advance(seconds)
            self.state.seconds_ahead += seconds
            self.changed()

    def changed(self) -> None:
        self.revision += 1

    def next_number(self) -> int:
        self.state.number += 1
        return self.state.number

    def new_id(self) -> str:
        return str(uuid4())

    def vms_of(self, account_id: str) -> list[VMRecord]:
        """Return an account's VMs, which one account of many must not search all VMs for."""
        if self._vms_counted != len(self.state.vms):
            self._vms_by_account.clear()
            for vm in self.state.vms.values():
                self._vms_by_account[vm.user_id].append(vm)
            self._vms_counted = len(self.state.vms)
        return self._vms_by_account.get(account_id, [])

    def all_rented(self) -> Iterator[Rented]:
        """Yield what is paid for by the hour: VMs, disks and addresses of all accounts."""
        yield from self.state.vms.values()
        yield from self.state.storages.values()
        yield from self.state.public_ips.values()

    def all_things(self) -> Iterator[Thing]:
        """Yield everything that has a status."""
        yield from self.all_rented()
        yield from self.state.vpcs.values()
        yield from self.state.subnets.values()
        yield from self.state.security_groups.values()
