"""One client may be shared by threads."""

import time
from concurrent.futures import ThreadPoolExecutor

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent, ssh_key_id


def test_fifty_requests_are_under_way_at_once(sim: RunningSimulator) -> None:
    sim.faults.add("latency", seconds=0.5)
    began = time.monotonic()
    with FluenceClient(FULL_KEY, sim.url) as client, ThreadPoolExecutor(50) as pool:
        found = list(pool.map(lambda _: client.account.me().email, range(50)))
    assert found == ["cloud@example.com"] * 50
    # One after the other they would take 25 seconds.
    assert time.monotonic() - began < 5.0


def test_fifty_vms_rented_at_once_are_fifty_vms(client: FluenceClient[Changes]) -> None:
    key = ssh_key_id(client)
    with ThreadPoolExecutor(50) as pool:
        rented = pool.map(
            lambda n: rent(client, f"vm-{n}", public_ip=False, ssh_keys=[key]), range(50)
        )
        made = {vm.id for vm in rented}
    assert {vm.id for vm in client.vms.iterate()} == made
    assert len(made) == 50
