"""For what needs no process of its own: the team, the clock and the simulator of tests/vms."""

from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra, sim, team_of

__all__ = ["account", "catalogue", "clock", "fluence", "key", "olga", "petra", "sim", "team_of"]
