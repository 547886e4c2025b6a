"""The account, the simulator and the clock are those of the tests of VMs."""

from tests.maintenance.conftest import heartbeat, nothing_under_way, unreachable_broker
from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra, sim

__all__ = [
    "account",
    "catalogue",
    "clock",
    "fluence",
    "heartbeat",
    "key",
    "nothing_under_way",
    "olga",
    "petra",
    "sim",
    "unreachable_broker",
]
