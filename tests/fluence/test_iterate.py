"""Walking through all pages of a list."""

from itertools import islice
from operator import attrgetter

import pytest

from controlpanel.fluence import Changes, FluenceClient, MalformedAnswer, Page, Pagination, SSHKey
from controlpanel.fluence.bounds import MOST_PAGES
from controlpanel.fluence.queries import every_item
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import public_key, rent

LIST = "GET /v1/ssh_keys"


def key(number: int) -> SSHKey:
    return SSHKey(id=str(number), name=f"key {number}", public_key="")


def test_every_item_of_every_page_comes_once(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    names = [f"key {number}" for number in range(7)]
    for number, name in enumerate(names):
        client.ssh_keys.create(name, public_key(number))
    assert [found.name for found in client.ssh_keys.iterate(per_page=3)] == names
    assert len(sim.requests(LIST)) == 3


def test_pages_are_asked_for_only_when_needed(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    for number in range(4):
        client.ssh_keys.create(f"key {number}", public_key(number))
    assert len(list(islice(client.ssh_keys.iterate(per_page=2), 2))) == 2
    assert len(sim.requests(LIST)) == 1


def test_an_empty_list_takes_one_call(sim: RunningSimulator, client: FluenceClient) -> None:
    assert list(client.vms.iterate()) == []
    assert len(sim.requests("GET /v2/vms")) == 1


def test_vms_come_oldest_first_and_filtered(client: FluenceClient[Changes]) -> None:
    for name in ("c", "a", "b"):
        rent(client, name, public_ip=False)
    assert [vm.name for vm in client.vms.iterate(per_page=1)] == ["c", "a", "b"]
    assert [vm.name for vm in client.vms.iterate(name="A")] == ["a"]


def test_a_server_that_counts_pages_from_0_is_read_to_the_end() -> None:
    def fetch(number: int | None) -> Page[SSHKey]:
        page = number or 0
        counts = Pagination(current_page=page, filtered_records=5, per_page=2)
        return Page(tuple(key(n) for n in range(5)[page * 2 : page * 2 + 2]), counts)

    assert [found.id for found in every_item(fetch)] == ["0", "1", "2", "3", "4"]


def test_a_server_that_gives_no_count_is_read_to_the_end() -> None:
    def fetch(number: int | None) -> Page[SSHKey]:
        page = number or 1
        keys = tuple(key(n) for n in range(5)[(page - 1) * 2 : page * 2])
        return Page(keys, Pagination.model_validate({"currentPage": page, "perPage": 2}))

    assert [found.id for found in every_item(fetch)] == ["0", "1", "2", "3", "4"]


def test_a_server_that_always_gives_the_same_page_does_not_hold_us_for_ever() -> None:
    page = Page((key(1),), Pagination(filtered_records=9))
    assert len(list(every_item(lambda _number: page))) == 1


def test_an_item_that_slid_onto_the_next_page_comes_once() -> None:
    pages = {1: (key(1), key(2)), 2: (key(2), key(3))}

    def fetch(number: int | None) -> Page[SSHKey]:
        page = number or 1
        return Page(pages[page], Pagination(current_page=page, filtered_records=3))

    assert [found.id for found in every_item(fetch)] == ["1", "2", "3"]


def test_a_list_without_an_end_is_given_up() -> None:
    asked: list[int | None] = []

    def fetch(number: int | None) -> Page[SSHKey]:
        asked.append(number)
        at = number or 1
        return Page(items=(key(at),), pagination=Pagination(current_page=at))

    with pytest.raises(MalformedAnswer) as caught:
        list(every_item(fetch))
    assert len(asked) == MOST_PAGES
    assert caught.value.code == "list_too_long"


@pytest.mark.parametrize(
    "walk",
    [
        "vms.iterate",
        "storages.iterate",
        "public_ips.iterate",
        "ssh_keys.iterate",
        "vpcs.iterate",
        "subnets.iterate",
        "security_groups.iterate",
        "billing.iterate_top_ups",
    ],
)
def test_a_page_is_as_long_as_the_document_allows(
    sim: RunningSimulator, client: FluenceClient, walk: str
) -> None:
    asked: list[dict[str, list[str]]] = []
    sim.world.observers.append(lambda exchange: asked.append(exchange.query))
    list(attrgetter(walk)(client)())
    assert [query["perPage"] for query in asked] == [["100"]]
