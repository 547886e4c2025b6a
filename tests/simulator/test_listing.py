"""Filters, order and pages of lists."""

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent, rent_older
from tests.simulator.raw import send


@pytest.fixture
def names(sim: RunningSimulator, client: FluenceClient[Changes]) -> dict[str, str]:
    """Three VMs, the last one new, by name."""
    made = {
        name: rent_older(sim, client, name, cluster=cluster).id
        for name, cluster in (("b_2", "Vistula"), ("A-1", "Rhine"))
    }
    sim.clock.advance(120)
    client.vms.terminate(made["A-1"])
    sim.clock.advance(60)
    return {**made, "c": rent(client, "c").id}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["c", "A-1", "b_2"]),
        ("sort=createdAt&order=asc", ["b_2", "A-1", "c"]),
        ("sort=name&order=asc", ["A-1", "b_2", "c"]),
        ("sort=status&order=desc", ["A-1", "c", "b_2"]),
        ("name=a-1", ["A-1"]),
        ("name=%25_%25", ["c", "A-1", "b_2"]),
        ("name=b%5C_2", ["b_2"]),
        ("name=__", []),
        ("status=new", ["c"]),
        ("status[0]=new&status[1]=launched", ["c", "b_2"]),
        ("excludeStatus[0]=terminated", ["c", "b_2"]),
        ("status[0]=new&excludeStatus=new", []),
        ("perPage=2", ["c", "A-1"]),
        ("perPage=2&page=2", ["b_2"]),
        ("page=9", []),
    ],
)
def test_a_list_is_filtered_sorted_and_cut(
    sim: RunningSimulator, names: dict[str, str], query: str, expected: list[str]
) -> None:
    answer = send(sim, f"GET /v2/vms?{query}").json()
    assert [vm["name"] for vm in answer["items"]] == expected
    assert answer["pagination"]["totalRecords"] == 3


@pytest.mark.parametrize("notation", ["ids={0}", "ids[0]={0}&ids[1]={1}", "ids[]={0}"])
def test_ids_are_taken_in_any_notation(
    sim: RunningSimulator, names: dict[str, str], notation: str
) -> None:
    wanted = [names["c"], names["b_2"]]
    answer = send(sim, "GET /v2/vms?" + notation.format(*wanted)).json()
    assert {vm["id"] for vm in answer["items"]} <= set(wanted)
    assert len(answer["items"]) == notation.count("{")


def test_vms_are_found_by_cluster_and_by_address(
    client: FluenceClient, names: dict[str, str]
) -> None:
    vm = client.vms.get(names["c"])
    assert {v.name for v in client.vms.list(cluster_id=vm.cluster_id).items} == {"b_2", "c"}
    assert [v.name for v in client.vms.list(public_ip_id=vm.public_ip).items] == ["c"]


@pytest.mark.parametrize(
    "query",
    ["ids=7", "status=gone", "sort=size", "order=up", "expand=all", "page=x", "clusterId=7"],
)
def test_a_senseless_filter_is_refused_by_name(sim: RunningSimulator, query: str) -> None:
    answer = send(sim, f"GET /v2/vms?{query}")
    assert answer.status_code == 400
    assert answer.json()["error"].startswith(query.partition("=")[0])


def test_a_page_has_ten_items_and_never_more_than_a_hundred(sim: RunningSimulator) -> None:
    def per_page(query: str) -> int:
        return int(send(sim, f"GET /v2/vms?{query}").json()["pagination"]["perPage"])

    assert [per_page(query) for query in ("", "perPage=50", "perPage=999")] == [10, 50, 100]


def test_disks_and_addresses_that_outlived_their_vm_are_listed(
    sim: RunningSimulator, names: dict[str, str]
) -> None:
    for path in ("storages", "public_ips"):
        everything = send(sim, f"GET /v1/{path}").json()
        assert everything["pagination"]["totalRecords"] == 3
        free = send(sim, f"GET /v1/{path}?excludeAttached=true").json()["items"]
        assert len(free) == 1
        assert free[0]["allowedActions"] == ["update", "delete", "attachToVm"]
    helsinki = send(sim, "GET /v1/public_ips?cityCode=FRA&addressType=V4").json()["items"]
    assert len(helsinki) == 1
