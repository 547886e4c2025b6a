"""What only the vendor's guide has, misprints included, is answered as the document's form is."""

from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519, public_key, rent, ssh_key_id, vm_request
from tests.simulator.raw import refusal, send
from tests.simulator.renting_parts import launched

CREATES = ["POST /v2/vms", "POST /2/vms"]


def body_of(client: FluenceClient[Changes], **fields: Any) -> dict[str, Any]:
    return vm_request(client, public_ip=False).to_wire() | fields


def test_vms_are_listed_where_the_guides_text_says(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm, _ = rent(client), rent(client, "web-2")
    answer = send(sim, f"GET /v1/vms?ids={vm.id}").json()
    assert [each["id"] for each in answer["items"]] == [vm.id]
    assert answer["pagination"]["filteredRecords"] == 1


@pytest.mark.parametrize("operation", ["PATCH /v1/vms", "PATCH /v2/vms"])
def test_a_vm_is_renamed_where_the_guide_says(
    sim: RunningSimulator, client: FluenceClient[Changes], operation: str
) -> None:
    vm = rent(client)
    assert send(sim, operation, {"id": vm.id, "name": "web-2"}).json()["name"] == "web-2"
    assert client.vms.get(vm.id).name == "web-2"
    assert refusal(send(sim, operation, {"name": "web-3"}))[0] == 422


@pytest.mark.parametrize("operation", CREATES)
def test_a_vm_is_made_where_the_guide_says(
    sim: RunningSimulator, client: FluenceClient[Changes], operation: str
) -> None:
    made = send(sim, operation, body_of(client)).json()
    assert client.vms.get(made["id"]).name == "web-1"


def test_what_only_the_guide_has_is_not_advertised(sim: RunningSimulator) -> None:
    assert send(sim, "DELETE /2/vms").status_code == 404
    assert send(sim, "DELETE /v1/vms").status_code == 404


@pytest.mark.parametrize("word", ["launched", "Launched", "LAUNCHED"])
def test_a_status_is_meant_whatever_its_case(
    sim: RunningSimulator, client: FluenceClient[Changes], word: str
) -> None:
    vm = launched(sim, client)
    listed = send(sim, f"GET /v2/vms?status[0]={word}").json()["items"]
    assert [each["id"] for each in listed] == [vm.id]
    assert send(sim, f"GET /v2/vms?excludeStatus[0]={word}").json()["items"] == []
    assert refusal(send(sim, f"GET /v2/vms?status[0]={word}x"))[0] == 400


@pytest.mark.parametrize("operation", CREATES)
@pytest.mark.parametrize("named_by", ["name", "key", "key with another comment"])
def test_a_key_is_named_by_its_name_or_as_it_is(
    sim: RunningSimulator, client: FluenceClient[Changes], operation: str, named_by: str
) -> None:
    key = ssh_key_id(client)
    words = {
        "name": "laptop",
        "key": ED25519,
        "key with another comment": ED25519.replace("user@example.com", "elsewhere"),
    }
    made = send(sim, operation, body_of(client, sshKeys=[words[named_by], key])).json()
    assert made["sshKeys"] == [key]
    assert len(client.ssh_keys.list().items) == 1


def test_a_key_that_is_new_is_registered_with_the_vm(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    bare, commented = public_key(7), f"{public_key(8)} at work"
    keys = [bare, f"{bare} again", commented]
    made = send(sim, CREATES[0], body_of(client, sshKeys=keys)).json()
    named = {key.id: key.name for key in client.ssh_keys.list().items if key.name != "laptop"}
    assert set(named.values()) == {"ssh-ed25519", "at work"}
    assert set(made["sshKeys"]) == named.keys()


def test_a_key_of_a_vm_that_is_not_made_is_not_registered(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    body = body_of(client, sshKeys=[public_key(7)], cloudInit={"userData": 7})
    assert refusal(send(sim, CREATES[0], body))[0] == 422
    assert [key.name for key in client.ssh_keys.list().items] == ["laptop"]


@pytest.mark.parametrize("word", ["ssh-ed25519 AAAA", "ssh-ed25519 AAAA me", "no such"])
def test_what_is_no_key_is_refused(
    sim: RunningSimulator, client: FluenceClient[Changes], word: str
) -> None:
    status, _, message = refusal(send(sim, CREATES[0], body_of(client, sshKeys=[word])))
    assert status == 422
    assert message.startswith("sshKeys[0]: ")


@pytest.mark.parametrize("scheme", ["", "Bearer ", "ApiKey "])
@pytest.mark.parametrize("beside", [{}, {"X-API-KEY": FULL_KEY}])
def test_a_key_alone_is_no_authorization(
    sim: RunningSimulator, scheme: str, beside: dict[str, str]
) -> None:
    headers = {"Authorization": f"{scheme}{FULL_KEY}", **beside}
    assert refusal(send(sim, "GET /v1/users/me", headers=headers))[:2] == (401, "unauthorized")
