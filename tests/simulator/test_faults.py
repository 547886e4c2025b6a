"""Trouble on demand, and for as long as demanded."""

import time

import pytest
import requests

from controlpanel.fluence import Changes, FluenceClient, Unavailable
from controlpanel.simulator.faults import Kind
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.fluence.renting import CREATE, rent
from tests.simulator.raw import send


def test_a_fault_strikes_as_often_as_told(sim: RunningSimulator) -> None:
    sim.faults.add("status", status=502, body="<html>", times=2)
    codes = [send(sim, "GET /v1/clusters").status_code for _ in range(3)]
    assert codes == [502, 502, 200]


def test_a_fault_strikes_only_where_told(sim: RunningSimulator) -> None:
    sim.faults.add("status", operation="GET /v1/clusters", status=500)
    assert send(sim, "GET /v1/datacenters").status_code == 200
    assert send(sim, "GET /v1/clusters").status_code == 500


def test_faults_may_be_cleared(sim: RunningSimulator) -> None:
    sim.faults.add("maintenance")
    assert send(sim, "GET /v1/clusters").status_code == 503
    sim.faults.clear()
    assert send(sim, "GET /v1/clusters").status_code == 200


def test_latency_delays(sim: RunningSimulator) -> None:
    sim.faults.add("latency", seconds=0.2)
    began = time.monotonic()
    send(sim, "GET /v1/clusters")
    assert time.monotonic() - began >= 0.2


@pytest.mark.parametrize(("kind", "made"), [("timeout_before", 0), ("timeout_after", 1)])
def test_a_dropped_connection_has_an_effect_or_not(
    sim: RunningSimulator, client: FluenceClient[Changes], kind: Kind, made: int
) -> None:
    rent(client, "first", public_ip=False)
    sim.faults.add(kind, operation=CREATE, times=1)
    with pytest.raises(Exception, match="lost"):
        rent(client, "second", public_ip=False)
    assert len(client.vms.find_by_name("second")) == made


def test_a_vm_may_be_missing_from_lists_for_a_while(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    sim.faults.add("late_visibility", seconds=30, times=1)
    vm = rent(client)
    assert client.vms.list().items == ()
    assert client.vms.get(vm.id).name == "web-1"
    sim.clock.advance(31)
    assert [seen.id for seen in client.vms.list().items] == [vm.id]


def test_an_unknown_fault_is_refused(sim: RunningSimulator) -> None:
    with pytest.raises(ValueError, match="choose from maintenance"):
        sim.faults.add("earthquake")  # type: ignore[arg-type]


def test_a_stopped_simulator_serves_no_kept_connection() -> None:
    with requests.Session() as session:
        with running_simulator() as other:
            session.get(f"{other.url}/v1/service/status", timeout=2)
        with pytest.raises(requests.ConnectionError):
            session.get(f"{other.url}/v1/service/status", timeout=2)
    with FluenceClient("sim-demo-full", other.url, retries=0) as late, pytest.raises(Unavailable):
        late.account.me()
