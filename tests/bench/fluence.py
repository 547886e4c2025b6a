"""A simulator with many accounts, a process of its own: `python -m tests.bench.fluence PORT`.

Account number n has the key `bench-n` and VMs that all begin to launch at the start. It prints a
line once it listens, and at its end (SIGTERM) how often it was called and for how long it worked,
as JSON.
"""

import gc
import json
import signal
import sys
import time
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from decimal import Decimal
from threading import Lock, Thread
from uuid import NAMESPACE_URL, uuid5

from controlpanel.simulator import listing
from controlpanel.simulator.accounts import KEYS, READ_SCOPES, WRITE_SCOPES, ApiKey
from controlpanel.simulator.catalogue import CLUSTERS, CONFIGURATIONS, IMAGES
from controlpanel.simulator.clock import SimClock
from controlpanel.simulator.lifecycle import enter
from controlpanel.simulator.records import (
    AccountRecord,
    InterfaceRecord,
    PublicIpRecord,
    SSHKeyRecord,
    State,
    StorageRecord,
    VMRecord,
)
from controlpanel.simulator.server import SimulatorServer
from controlpanel.simulator.world import Exchange, World

CLUSTER, CONFIGURATION, IMAGE = CLUSTERS[0], CONFIGURATIONS[0], IMAGES[0]
ACCOUNT_OF: dict[str, str] = {}


def fixed_id(*words: object) -> str:
    return str(uuid5(NAMESPACE_URL, ":".join(("bench", *map(str, words)))))


def account_id(account: int) -> str:
    return fixed_id("account", account)


def vm_id(account: int, number: int) -> str:
    return fixed_id("vm", account, number)


def api_key(account: int) -> str:
    return f"bench-{account}"


class Tally:
    """How often each account asked for VMs, and how often about each of them."""

    def __init__(self) -> None:
        self._calls: Counter[str] = Counter()
        self._asked: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self._lock = Lock()

    def note(self, exchange: Exchange) -> None:
        ids = listing.several(exchange.query, "ids")
        account = ACCOUNT_OF.get(ids[0]) if ids else None
        if account and exchange.operation == "GET /v2/vms":
            with self._lock:
                self._calls[account] += 1
                self._asked[account].update(ids)

    @property
    def all_calls(self) -> int:
        return self._calls.total()

    def calls_per_cycle(self) -> float:
        """Return the calls of all accounts over their cycles.

        An account has had as many cycles as it asked about the VM that it asked about most. With
        up to 100 VMs one call a cycle is enough.
        """
        cycles = sum(max(asked.values()) for asked in self._asked.values())
        return self.all_calls / max(cycles, 1)


def world_with(*, accounts: int, vms: int, speed: float) -> World:
    """Return a world in which every account has so many VMs in status "new"."""
    world = World(SimClock(speed), State())
    now = world.clock.now()
    for account in range(accounts):
        owner = account_id(account)
        KEYS[api_key(account)] = ApiKey(owner, READ_SCOPES + WRITE_SCOPES)
        money = Decimal(1_000_000)
        world.state.accounts[owner] = AccountRecord(
            id=owner, email=f"team-{account}@bench.example", balance=money, deposited=money
        )
        key = SSHKeyRecord(
            id=fixed_id("key", account),
            user_id=owner,
            name="laptop",
            public_key="ssh-ed25519 AAAA",
            algorithm="ED25519",
            fingerprint="SHA256:bench",
        )
        world.state.ssh_keys[key.id] = key
        for number in range(vms):
            _add_vm(world, account, number, now)
    return world


def _add_vm(world: World, account: int, number: int, now: datetime) -> None:
    rented = {
        "user_id": account_id(account),
        "cluster_id": CLUSTER.id,
        "number": world.next_number(),
        "created_at": now,
        "last_paid_at": now,
        "paid_until": now + timedelta(hours=1),
    }
    vm = VMRecord(
        **rented,
        id=vm_id(account, number),
        name=f"web-{number}",
        configuration_id=CONFIGURATION.id,
        updated_at=now,
        boot_disk=fixed_id("disk", account, number),
        public_ip=fixed_id("ip", account, number),
        ssh_keys=[fixed_id("key", account)],
    )
    disk = StorageRecord(
        **rented,
        id=vm.boot_disk,
        name=f"{vm.name}-boot",
        volume_gb=25,
        storage_type="NVME",
        replicated=True,
        role="BOOT",
        os_image=IMAGE.download_url,
        attached_to=[vm.id],
    )
    address = PublicIpRecord(
        **rented,
        id=str(vm.public_ip),
        name=f"{vm.name}-ip",
        status="ready",
        address=f"203.0.{account % 250}.{number % 250}",
        attached_to=vm.id,
    )
    vm.interfaces = [InterfaceRecord(id=fixed_id("if", account, number), public_ip=address.id)]
    ACCOUNT_OF[vm.id] = vm.user_id
    world.state.vms[vm.id] = vm
    world.state.storages[disk.id] = disk
    world.state.public_ips[address.id] = address
    enter(world, vm, "new", now)


def main(port: int, accounts: int, vms: int, speed: float) -> None:
    world = world_with(accounts=accounts, vms=vms, speed=speed)
    gc.freeze()  # what stays is not to be looked through again and again
    tally = Tally()
    world.observers.append(tally.note)
    server = SimulatorServer(("127.0.0.1", port), world, control=True)
    signal.signal(signal.SIGTERM, lambda *_: Thread(target=server.shutdown).start())
    print("ready", flush=True)  # noqa: T201
    server.serve_forever()
    report = {"calls": tally.all_calls, "calls_per_cycle": tally.calls_per_cycle()}
    print(json.dumps({**report, "cpu_seconds": time.process_time()}), flush=True)  # noqa: T201


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))
