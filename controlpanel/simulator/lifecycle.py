"""How things change by themselves: from status to status, and money every hour.

Nothing runs in the background. Whatever was due is caught up with, in the order it was due,
before a request is answered.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from time import thread_time

from controlpanel.simulator.capacity import free_address
from controlpanel.simulator.ledger import charge_record
from controlpanel.simulator.pricing import hourly
from controlpanel.simulator.records import PublicIpRecord, Rented, Thing, TopUpRecord, VMRecord
from controlpanel.simulator.world import World

HOUR = timedelta(hours=1)
CROWD = 1000
"""So many VMs are no trouble to look through at every request."""

VM_SECONDS_IN = {
    "new": (8.0, 16.0),
    "launching": (52.0, 104.0),
    "updating": (4.0, 8.0),
    "restarting": (20.0, 40.0),
    "softRebooting": (10.0, 20.0),
    "terminating": (12.0, 24.0),
}
"""From and to, in Fluence's seconds; a thing's id decides where between."""

VM_FOLLOWED_BY = {
    "new": "launching",
    "launching": "launched",
    "updating": "launched",
    "restarting": "launched",
    "softRebooting": "launched",
    "terminating": "terminated",
}

SECONDS_IN = {
    "new": (2.0, 4.0),
    "created": (4.0, 8.0),
    "updating": (4.0, 8.0),
    "removing": (4.0, 8.0),
}
"""The same for all that is not a VM: disks, addresses, networks."""

FOLLOWED_BY = {"new": "created", "created": "ready", "updating": "ready", "removing": "removed"}

UNPAID = ("failed", "terminating", "terminated", "removing", "removed")


def enter(world: World, vm: VMRecord, status: str, at: datetime) -> None:
    """Put a VM into a status, and plan when it leaves it."""
    if status == "launched" and vm.status == "restarting":
        vm.restart_required = False
    vm.status = status
    vm.updated_at = at
    vm.due_at = _due(world, vm, VM_SECONDS_IN, at)
    if status == "launched":
        vm.ready_since = vm.ready_since or at
    if status == "terminated":
        vm.terminated_at = at
    if status in ("launched", "failed"):
        _make_ready(world, vm, at)
    if status in ("terminated", "failed"):
        _let_go(world, vm)


def begin(world: World, thing: Thing, status: str, at: datetime) -> None:
    """Put a disk, an address or a part of a network into a status, as `enter` does with a VM."""
    thing.status = status
    thing.due_at = _due(world, thing, SECONDS_IN, at)
    if status == "ready":
        thing.ready_since = thing.ready_since or at
        if isinstance(thing, PublicIpRecord) and thing.address is None:
            thing.address = free_address(world.state, thing.cluster_id)
    if status == "removed":
        thing.removed_at = at


def charge_hour(world: World, rented: Rented, at: datetime) -> None:
    """Take the price of the hour that begins at `at`."""
    price = hourly(rented)
    world.state.accounts[rented.user_id].balance -= price
    charge_record(world.state, rented, at, price)
    rented.last_paid_at = at
    rented.paid_until = at + HOUR


def settle(world: World) -> None:
    """Let everything happen that was due by now.

    A crowded world is not looked through at every request: doing so takes a tenth of the time
    at most, and what was due meanwhile happens so much later, as if it had been in time.
    """
    began, now = thread_time(), world.clock.now()
    if world.settled_at <= now < world.settled_until:
        return
    _Settling(world, now).run()
    world.settled_at = world.settled_until = now
    if len(world.state.vms) > CROWD:
        world.settled_until += timedelta(seconds=9 * (thread_time() - began))


def _due(
    world: World, thing: Thing, seconds_in: dict[str, tuple[float, float]], at: datetime
) -> datetime | None:
    if thing.status not in seconds_in:
        return None
    shortest, longest = seconds_in[thing.status]
    share = int(thing.id[:8], 16) / 0xFFFFFFFF
    return at + world.clock.lasting(shortest + share * (longest - shortest))


def _make_ready(world: World, vm: VMRecord, at: datetime) -> None:
    """Give the VM's new disks and its new address to the account."""
    storages = world.state.storages
    things: list[Thing] = [storages[id_] for id_ in (vm.boot_disk, *vm.data_disks)]
    if vm.public_ip:
        things.append(world.state.public_ips[vm.public_ip])
    for thing in things:
        if thing.status == "new":
            begin(world, thing, "ready", at)


def _let_go(world: World, vm: VMRecord) -> None:
    """Detach the disks and the address; they live on, and go on being charged."""
    _make_ready(world, vm, vm.updated_at)
    for storage in world.state.storages.values():
        if vm.id in storage.attached_to:
            storage.attached_to.remove(vm.id)
    public_ip = world.state.public_ips.get(vm.public_ip or "")
    if public_ip:
        public_ip.attached_to = None
    vm.public_ip = None
    vm.interfaces = []
    vm.restart_required = False


class _Settling:
    """One catching up: an agenda of what is due by now, worked off in order."""

    def __init__(self, world: World, now: datetime) -> None:
        self._world = world
        self._now = now
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        for thing in world.all_things():
            self._plan_move(thing)
        for rented in world.all_rented():
            self._plan_charge(rented)
        for top_up in world.state.top_ups.values():
            if top_up.status == "open" and top_up.expires_at <= self._now:
                self._plan(top_up.expires_at, partial(self._expire, top_up))

    def run(self) -> None:
        while self._agenda:
            _, _, happen = heapq.heappop(self._agenda)
            happen()
            self._world.changed()

    def _plan(self, at: datetime, happen: Callable[[], None]) -> None:
        self._planned += 1  # so that no two entries compare their functions
        heapq.heappush(self._agenda, (at, self._planned, happen))

    def _plan_move(self, thing: Thing) -> None:
        at = thing.due_at
        if at is not None and at <= self._now:
            self._plan(at, partial(self._move, thing, at))

    def _plan_charge(self, rented: Rented) -> None:
        at = rented.paid_until
        if at is not None and at <= self._now and rented.status not in UNPAID:
            self._plan(at, partial(self._charge, rented, at))

    def _move(self, thing: Thing, at: datetime) -> None:
        if thing.due_at != at:
            return  # it was terminated meanwhile
        if isinstance(thing, VMRecord):
            fails = thing.status == "launching" and thing.will_fail
            enter(self._world, thing, "failed" if fails else VM_FOLLOWED_BY[thing.status], at)
        else:
            begin(self._world, thing, FOLLOWED_BY[thing.status], at)
        self._plan_move(thing)

    def _charge(self, rented: Rented, at: datetime) -> None:
        if rented.status in UNPAID:
            return
        account = self._world.state.accounts[rented.user_id]
        if isinstance(rented, VMRecord) and account.balance < hourly(rented):
            self._terminate_all_of(account.id, at)
            return
        charge_hour(self._world, rented, at)
        self._plan_charge(rented)

    def _terminate_all_of(self, account_id: str, at: datetime) -> None:
        for vm in self._world.state.vms.values():
            if vm.user_id == account_id and vm.status not in UNPAID:
                enter(self._world, vm, "terminating", at)
                self._plan_move(vm)

    def _expire(self, top_up: TopUpRecord) -> None:
        top_up.status, top_up.updated_at = "expired", top_up.expires_at
