"""A client that leaves out: each record of a list is read alone, and the others are told of."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from controlpanel.fluence import (
    ClusterResources,
    FluenceClient,
    MalformedAnswer,
    OutcomeUnknown,
    Unreadable,
)
from controlpanel.fluence.answers import CheckedAnswer
from controlpanel.fluence.clock import RemoteClock
from controlpanel.fluence.failures import Call
from controlpanel.fluence.types.catalogue import Cluster
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.canned_server import canned_server

GOOD = {"id": "c1", "dcId": "d1", "name": "Vistula"}
READ = Call("GET", "/v1/clusters", "abc123", changes=False)


def clusters(content: bytes) -> tuple[list[str], list[Unreadable]]:
    """Read a list of clusters; return the ids of those that are read, and the others."""
    unreadable: list[Unreadable] = []
    answer = CheckedAnswer(READ, 200, content, unreadable)
    return [cluster.id for cluster in answer.all(Cluster)], unreadable


@pytest.mark.parametrize(
    ("bad", "told"),
    [
        ({"id": "c2"}, Unreadable("Cluster", "c2", "", "dcId (field required)")),
        ({"name": "Oder", "dcId": "d1"}, Unreadable("Cluster", "", "Oder", "id (field required)")),
        (None, None),
        ([], None),
        (7, None),
        ({"id": {"a": 1}, "dcId": "d1"}, None),
        ({"id": True, "dcId": "d1"}, None),
        ({"id": "c/2", "dcId": "d1"}, None),
        ({"id": "c2", "dcId": "d" * 41}, None),
    ],
)
def test_a_record_that_cannot_be_read_is_put_aside(bad: object, told: Unreadable | None) -> None:
    read, unreadable = clusters(json.dumps([GOOD, bad, GOOD | {"id": "c3"}]).encode())
    assert read == ["c1", "c3"]
    assert len(unreadable) == 1
    assert told is None or unreadable == [told]


@pytest.mark.parametrize(
    "bad",
    [
        b'{"id": "c2", "dcId": "d1", "name": "caf\xe9"}',
        b'{"id": "c2", "dcId": "d1", "name": "a\x00b"}',
        b'{"id": "c2", "dcId": "d1", "name": ' + b"9" * 5000 + b"}",
        b'{"id": "c2", "dcId": "d1", "of": 1e9999999999999999999}',
        b'{"id": "c2", "dcId": "d1", "of": NaN}',
    ],
    ids=["not UTF-8", "a bare NUL", "5,000 digits", "an endless exponent", "no number"],
)
def test_what_is_hardly_json_stops_no_other(bad: bytes) -> None:
    read, _ = clusters(b"[%s, %s]" % (json.dumps(GOOD).encode(), bad))
    assert read == ["c1", "c2"]


def test_what_the_record_says_is_not_repeated_beyond_its_name() -> None:
    long = {"id": "x" * 500, "name": "n\x1b[2J\nn" * 100, "dcId": ["secret"]}
    _, unreadable = clusters(json.dumps([long]).encode())
    assert len(unreadable[0].id) == 80
    assert len(unreadable[0].name) <= 80
    assert "\n" not in unreadable[0].name
    assert "\x1b" not in unreadable[0].name
    assert "secret" not in repr(unreadable)


def test_whoever_does_not_ask_for_it_gets_an_error(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    body = json.dumps([GOOD, {"id": "c2"}])
    sim.faults.add("status", operation="GET /v1/clusters", status=200, body=body)
    unreadable: list[Unreadable] = []
    tolerant = client.leaving_out(unreadable)
    assert [cluster.id for cluster in tolerant.catalogue.clusters()] == ["c1"]
    assert [each.id for each in unreadable] == ["c2"]
    with pytest.raises(MalformedAnswer):
        client.catalogue.clusters()
    sim.faults.add("status", operation="GET /v1/users/me", status=200, body='{"id": []}')
    with pytest.raises(MalformedAnswer):
        client.leaving_out([]).account.me()


def test_what_a_change_answers_is_never_left_out() -> None:
    answer = CheckedAnswer(Call("POST", "/x", "abc", changes=True), 200, b"[{}]", [])
    with pytest.raises(OutcomeUnknown):
        answer.all(Cluster)


def test_a_page_of_nothing_else_does_not_end_the_list(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    def page(number: int, *records: dict[str, Any]) -> str:
        pagination = {"currentPage": number, "filteredRecords": 3}
        return json.dumps({"items": records, "pagination": pagination})

    key = {"id": "k3", "name": "laptop", "publicKey": "ssh-ed25519 AAAA"}
    for body in (page(1, {"id": "k1"}, {"name": "k2"}), page(2, key), page(3)):
        sim.faults.add("status", operation="GET /v1/ssh_keys", status=200, body=body, times=1)
    unreadable: list[Unreadable] = []
    keys = client.leaving_out(unreadable).ssh_keys.iterate()
    assert [key.id for key in keys] == ["k3"]
    assert [(each.id, each.name) for each in unreadable] == [("k1", ""), ("", "k2")]


def test_of_what_a_cluster_has_left_each_part_is_judged_alone(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    size = {"id": "s1", "slug": "cpu-regular-2vcpu-4gb", "vcpu": 2, "ramGb": 4}
    left = {
        "availableConfigurations": [size | {"id": "s2", "vcpu": -5}, size],
        "availablePublicIps": {"V4": 7, "V6": 2**31},
        "availableStorage": {"ZEN": [{"storageType": "NVME", "volumeGb": -1}], "AMD": []},
    }
    body = json.dumps({"resources": {"c1": left, "c2": "none", "c3": {}}})
    sim.faults.add("status", operation="GET /v1/clusters/resources", status=200, body=body)
    unreadable: list[Unreadable] = []
    found = client.leaving_out(unreadable).catalogue.resources()
    assert found.keys() == {"c1", "c3"}
    assert found["c3"] == ClusterResources()
    assert [each.id for each in found["c1"].available_configurations] == ["s1"]
    assert found["c1"].available_public_ips == {"V4": 7}
    assert found["c1"].available_storage == {"ZEN": (), "AMD": ()}
    assert [each.id for each in unreadable] == ["c2"]


VM = {
    "id": "v1",
    "name": "web-1",
    "status": "launched",
    "clusterId": "c1",
    "configurationId": "k1",
    "createdAt": "2026-11-01T10:00:00Z",
}


@pytest.mark.parametrize(
    ("records", "found"),
    [
        ([VM, {"id": "v2", "name": "web-2"}], ["v1"]),
        ([{"id": "v2", "name": "web-2"}], []),
        ([VM, {"id": "v2"}], ["v1"]),
        ([{"id": "v2", "name": "web-1"}], None),
        ([{"id": "v2"}], None),
    ],
)
def test_one_that_is_looked_for_is_not_absent_because_it_cannot_be_read(
    sim: RunningSimulator,
    client: FluenceClient,
    records: list[dict[str, Any]],
    found: list[str] | None,
) -> None:
    sim.faults.add("status", operation="GET /v2/vms", status=200, body=json.dumps(records))
    if found is None:
        with pytest.raises(MalformedAnswer, match="about a VM could not be read: "):
            client.vms.find_by_name("web-1")
    else:
        assert [vm.id for vm in client.vms.find_by_name("web-1")] == found


LISTS: list[Callable[[FluenceClient], object]] = [
    lambda client: client.account.balances(),
    lambda client: client.billing.payment_methods(),
    lambda client: list(client.billing.iterate_top_ups()),
    lambda client: client.catalogue.configurations(),
    lambda client: client.catalogue.datacenters(),
    lambda client: client.catalogue.images(),
    lambda client: client.catalogue.storage_types(),
    lambda client: client.prices.public_ips(),
    lambda client: client.prices.storages(),
    lambda client: client.prices.vms(),
    lambda client: list(client.public_ips.iterate()),
    lambda client: list(client.security_groups.iterate()),
    lambda client: list(client.storages.iterate()),
    lambda client: list(client.subnets.iterate(vpc_id="p1")),
    lambda client: list(client.vms.iterate()),
    lambda client: list(client.vpcs.iterate()),
]


@pytest.mark.parametrize("read", LISTS)
def test_every_list_can_be_read_so(read: Callable[[FluenceClient], object]) -> None:
    with canned_server() as server:
        server.body = b'[{"id": [1]}]'
        unreadable: list[Unreadable] = []
        with FluenceClient("key", server.url, retries=0) as client:
            assert not read(client.leaving_out(unreadable))
            assert len(set(unreadable)) == 1
            with pytest.raises(MalformedAnswer):
                read(client)


@pytest.mark.parametrize("year", [1, 1970, 9999])
def test_a_clock_out_of_the_calendar_tells_no_time(year: int) -> None:
    clock = RemoteClock()
    clock.note(f"Fri, 31 Dec {year:04} 23:59:59 GMT")
    assert clock.now() is None
