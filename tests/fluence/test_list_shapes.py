"""Lists come in two shapes."""

import json

import pytest

from controlpanel.fluence import FluenceClient, MalformedAnswer
from controlpanel.simulator.testing import RunningSimulator

CLUSTERS, KEYS = "GET /v1/clusters", "GET /v1/ssh_keys"
CLUSTER = {"id": "c1", "dcId": "d1", "name": "Vistula"}
KEY = {"id": "k1", "name": "laptop", "publicKey": "ssh-ed25519 AAAA"}


def answer(sim: RunningSimulator, operation: str, body: object) -> None:
    sim.faults.add("status", operation=operation, status=200, body=json.dumps(body))


@pytest.mark.parametrize("body", [{"items": [CLUSTER]}, [CLUSTER]])
def test_a_list_is_an_object_with_items_or_a_bare_array(
    sim: RunningSimulator, client: FluenceClient, body: object
) -> None:
    answer(sim, CLUSTERS, body)
    assert [cluster.name for cluster in client.catalogue.clusters()] == ["Vistula"]


def test_null_items_are_none(sim: RunningSimulator, client: FluenceClient) -> None:
    answer(sim, CLUSTERS, {"items": None})
    assert client.catalogue.clusters() == ()


def test_a_bare_array_is_the_only_page(sim: RunningSimulator, client: FluenceClient) -> None:
    answer(sim, KEYS, [KEY])
    page = client.ssh_keys.list()
    assert [key.name for key in page.items] == ["laptop"]
    assert (page.pagination.filtered_records, page.pagination.total_pages) == (1, 1)
    assert len(list(client.ssh_keys.iterate())) == 1


@pytest.mark.parametrize("body", [{}, {"items": {}}, "text", None, 7])
def test_what_is_no_list_is_malformed(
    sim: RunningSimulator, client: FluenceClient, body: object
) -> None:
    answer(sim, CLUSTERS, body)
    with pytest.raises(MalformedAnswer, match="GET /v1/clusters could not be read: items"):
        client.catalogue.clusters()


def test_the_element_at_fault_is_named(sim: RunningSimulator, client: FluenceClient) -> None:
    answer(sim, CLUSTERS, [CLUSTER, {"id": "c2"}])
    with pytest.raises(MalformedAnswer, match=r"items\[1\]\.dcId"):
        client.catalogue.clusters()
