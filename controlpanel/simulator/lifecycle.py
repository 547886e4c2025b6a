"""How things change by themselves: VMs from status to status, money every hour.

Nothing runs in the background. Whatever was due is caught up with, in the order it was due,
before a request is answered.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from datetime import datetime, timedelta

from controlpanel.simulator.capacity import free_address
from controlpanel.simulator.pricing import hourly
from controlpanel.simulator.records import Rented, VMRecord
from controlpanel.simulator.world import World

HOUR = timedelta(hours=1)

SECONDS_IN = {
    "new": (8.0, 16.0),
    "launching": (52.0, 104.0),
    "restarting": (20.0, 40.0),
    "softRebooting": (10.0, 20.0),
    "terminating": (12.0, 24.0),
}
"""From and to, in Fluence's seconds; a VM's id decides where between."""

FOLLOWED_BY = {
    "new": "launching",
    "launching": "launched",
    "restarting": "launched",
    "softRebooting": "launched",
    "terminating": "terminated",
}

UNPAID = ("failed", "terminating", "terminated", "removed")


def enter(world: World, vm: VMRecord, status: str, at: datetime) -> None:
    """Put a VM into a status, and plan when it leaves it."""
    vm.status = status
    vm.updated_at = at
    vm.due_at = None
    if status in SECONDS_IN:
        shortest, longest = SECONDS_IN[status]
        share = int(vm.id[:8], 16) / 0xFFFFFFFF
        vm.due_at = at + world.clock.lasting(shortest + share * (longest - shortest))
    if status == "launched":
        vm.ready_since = vm.ready_since or at
    if status == "terminated":
        vm.terminated_at = at
    if status in ("launched", "failed"):
        _make_ready(world, vm, at)
    if status in ("terminated", "failed"):
        _let_go(world, vm)


def charge_hour(world: World, rented: Rented, at: datetime) -> None:
    """Take the price of the hour that begins at `at`."""
    world.state.accounts[rented.user_id].balance -= hourly(rented)
    rented.last_paid_at = at
    rented.paid_until = at + HOUR


def settle(world: World) -> None:
    """Let everything happen that was due by now."""
    _Settling(world).run()


def _make_ready(world: World, vm: VMRecord, at: datetime) -> None:
    """Give the VM's new disks and its new address to the account."""
    for storage_id in [vm.boot_disk, *vm.data_disks]:
        storage = world.state.storages[storage_id]
        if storage.status == "new":
            storage.status, storage.ready_since = "ready", at
    public_ip = world.state.public_ips.get(vm.public_ip or "")
    if public_ip and public_ip.status == "new":
        public_ip.address = free_address(world.state, public_ip.cluster_id)
        public_ip.status, public_ip.ready_since = "ready", at


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


class _Settling:
    """One catching up: an agenda of what is due by now, worked off in order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._now = world.clock.now()
        self._agenda: list[tuple[datetime, int, Callable[[], None]]] = []
        self._planned = 0
        for vm in world.state.vms.values():
            self._plan_move(vm)
        for rented in world.all_rented():
            self._plan_charge(rented)

    def run(self) -> None:
        while self._agenda:
            _, _, happen = heapq.heappop(self._agenda)
            happen()
            self._world.changed()

    def _plan(self, at: datetime | None, happen: Callable[[], None]) -> None:
        if at is not None and at <= self._now:
            self._planned += 1  # so that no two entries compare their functions
            heapq.heappush(self._agenda, (at, self._planned, happen))

    def _plan_move(self, vm: VMRecord) -> None:
        at = vm.due_at
        self._plan(at, lambda: self._move(vm, at))

    def _plan_charge(self, rented: Rented) -> None:
        at = rented.paid_until
        if rented.status not in UNPAID:
            self._plan(at, lambda: self._charge(rented, at))

    def _move(self, vm: VMRecord, at: datetime | None) -> None:
        if at is None or vm.due_at != at:
            return  # it was terminated meanwhile
        fails = vm.status == "launching" and vm.will_fail
        enter(self._world, vm, "failed" if fails else FOLLOWED_BY[vm.status], at)
        self._plan_move(vm)

    def _charge(self, rented: Rented, at: datetime | None) -> None:
        if at is None or rented.status in UNPAID:
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
