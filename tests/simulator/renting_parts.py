"""How tests get disks, addresses and networks that are ready for use."""

from typing import Any

from controlpanel.fluence import (
    VM,
    Changes,
    FluenceClient,
    NewPublicIp,
    NewStorage,
    PublicIp,
    Storage,
)
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import cluster_named, rent

CLUSTER = cluster_named("Vistula").id
ELSEWHERE = cluster_named("Rhine").id


def settle(sim: RunningSimulator) -> None:
    """Let everything come to rest."""
    sim.clock.advance(240 / sim.clock.speed)


def disk(sim: RunningSimulator, client: FluenceClient[Changes], **changes: Any) -> Storage:
    fields = {"name": "data", "cluster_id": CLUSTER, "volume_gb": 25, **changes}
    made = client.storages.create(NewStorage(**fields))
    settle(sim)
    return made


def address(sim: RunningSimulator, client: FluenceClient[Changes], **changes: Any) -> PublicIp:
    made = client.public_ips.create(NewPublicIp(**{"name": "ip", "cluster_id": CLUSTER, **changes}))
    settle(sim)
    return made


def launched(sim: RunningSimulator, client: FluenceClient[Changes], **changes: Any) -> VM:
    vm = rent(client, **changes)
    settle(sim)
    return client.vms.get(vm.id)
