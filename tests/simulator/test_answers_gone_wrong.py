"""Faults that spoil the answer, with or without the effect."""

import pytest
import requests

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519, rent
from tests.simulator.raw import refusal, send

CREATE_KEY = "POST /v1/ssh_keys"
KEY = {"name": "laptop", "publicKey": ED25519}


def test_a_rate_limit_says_when_to_come_back(sim: RunningSimulator) -> None:
    sim.faults.add("rate_limited", seconds=7, times=1)
    answer = send(sim, "GET /v1/clusters")
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "7")
    assert send(sim, "GET /v1/clusters").ok


def test_a_server_error_has_the_apis_body(sim: RunningSimulator) -> None:
    sim.faults.add("server_error")
    answer = refusal(send(sim, "GET /v1/clusters"))
    assert answer[:2] == (500, "internal_server_error")


def test_a_bad_gateway_is_a_page_for_browsers(sim: RunningSimulator) -> None:
    sim.faults.add("bad_gateway")
    answer = send(sim, "GET /v1/clusters")
    assert (answer.status_code, answer.headers["Content-Type"]) == (502, "text/html")
    assert "<html>" in answer.text


@pytest.mark.parametrize("kind", ["status", "rate_limited", "server_error", "bad_gateway"])
@pytest.mark.parametrize("effect", [False, True])
def test_a_false_answer_may_hide_an_effect(
    sim: RunningSimulator, client: FluenceClient, kind: str, effect: bool
) -> None:
    sim.faults.add(kind, operation=CREATE_KEY, effect=effect)  # type: ignore[arg-type]
    assert send(sim, CREATE_KEY, KEY).status_code >= 400
    assert len(client.ssh_keys.list().items) == effect


def test_half_an_answer_is_no_json_though_it_was_done(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    sim.faults.add("truncated", operation=CREATE_KEY)
    answer = send(sim, CREATE_KEY, KEY)
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()
    assert len(client.ssh_keys.list().items) == 1


def test_a_status_may_be_unknown(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    rent(client)
    sim.faults.add("unknown_status")
    [vm] = client.vms.list(expand=["bootDisk"]).items
    assert (vm.status, vm.known_status) == ("hibernating", None)
    assert vm.expanded
    assert vm.expanded.boot_disk
    assert vm.expanded.boot_disk.status == "new"
    sim.faults.clear()
    assert client.vms.list().items[0].status == "new"


def test_fields_may_be_unknown(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    rent(client)
    sim.faults.add("unknown_fields")
    answer = send(sim, "GET /v2/vms").json()
    assert "addedLater" in answer
    assert "addedLater" in answer["items"][0]
    assert client.vms.list().items[0].name == "web-1"
    assert len(client.catalogue.resources()) == 8
