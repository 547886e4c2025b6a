"""Finding a VM by its exact name, with a filter that only knows patterns."""

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent, rent_older

NAMES = ["web_1", "web-1", "WEB_1", "100%", "100 percent", "a\\b", "a/b", "50%_off\\now", "web"]


@pytest.mark.parametrize("name", NAMES)
def test_only_the_exact_name_is_found(
    sim: RunningSimulator, client: FluenceClient[Changes], name: str
) -> None:
    for each in NAMES:
        rent_older(sim, client, each, public_ip=False)
    assert [vm.name for vm in client.vms.find_by_name(name)] == [name]


def test_equal_names_are_all_found_oldest_first_on_every_page(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    first = rent(client, "twin", public_ip=False)
    second = rent(client, "twin", public_ip=False)
    client.vms.terminate(first.id)
    sim.clock.advance(60)
    assert [vm.id for vm in client.vms.find_by_name("twin")] == [first.id, second.id]


def test_what_is_not_there_is_not_found(client: FluenceClient[Changes]) -> None:
    rent(client, "web-1", public_ip=False)
    assert client.vms.find_by_name("web-2") == []
    assert client.vms.find_by_name("%") == []
