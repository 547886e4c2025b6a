"""Where the guide and the OpenAPI document differ, both kinds of server are served."""

from threading import Thread

import pytest

from controlpanel.fluence import Changes, Conflict, FluenceClient, NotFound, OutcomeUnknown
from controlpanel.fluence.dialects import forget_dialects
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent

NEW_IMAGES, OLD_IMAGES = "GET /v1/storages/default_images", "GET /v1/default_images"
NEW_RENAME, OLD_RENAME = "PATCH /v2/vms/{vm_id}", "PATCH /v2/vms"
NOBODY = "00000000-0000-4000-8000-000000000000"


def test_the_openapi_form_is_tried_first(sim: RunningSimulator, client: FluenceClient) -> None:
    assert client.catalogue.images()
    assert [request.operation for request in sim.requests()] == [NEW_IMAGES]


@pytest.mark.parametrize("status", [404, 405])
def test_the_guides_form_is_used_where_the_other_is_unknown_and_remembered(
    sim: RunningSimulator, client: FluenceClient, status: int
) -> None:
    sim.faults.add("status", operation=NEW_IMAGES, status=status)
    assert client.catalogue.images()
    assert client.catalogue.images()
    asked = [request.operation for request in sim.requests()]
    assert asked == [NEW_IMAGES, OLD_IMAGES, OLD_IMAGES]


def test_a_server_that_was_upgraded_is_asked_in_the_new_form_again(
    sim: RunningSimulator, client: FluenceClient
) -> None:
    sim.faults.add("status", operation=NEW_IMAGES, status=404, times=1)
    client.catalogue.images()
    sim.faults.add("status", operation=OLD_IMAGES, status=404)
    client.catalogue.images()
    client.catalogue.images()
    assert [request.operation for request in sim.requests()][-2:] == [NEW_IMAGES, NEW_IMAGES]


def test_the_memory_is_kept_per_server(sim: RunningSimulator, client: FluenceClient) -> None:
    sim.faults.add("status", operation=NEW_IMAGES, status=404, times=1)
    client.catalogue.images()
    with FluenceClient("sim-demo-full", sim.url.replace("127.0.0.1", "localhost")) as other:
        other.catalogue.images()
    assert sim.requests()[-1].operation == NEW_IMAGES


def test_a_rename_falls_back_too(sim: RunningSimulator, client: FluenceClient[Changes]) -> None:
    vm = rent(client)
    sim.faults.add("status", operation=NEW_RENAME, status=405)
    assert client.vms.rename(vm.id, "web-2").name == "web-2"
    assert client.vms.rename(vm.id, "web-3").name == "web-3"
    assert len(sim.requests(NEW_RENAME)) == 1


def test_a_vm_that_does_not_exist_teaches_nothing(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    with pytest.raises(NotFound) as caught:
        client.vms.rename(NOBODY, "web-2")
    assert caught.value.endpoint == f"PATCH /v2/vms/{NOBODY}"
    client.vms.rename(vm.id, "web-2")
    assert len(sim.requests(OLD_RENAME)) == 1


def test_what_the_other_form_is_refused_with_is_what_is_told(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    sim.faults.add("status", operation=NEW_RENAME, status=405)
    sim.faults.add("status", operation=OLD_RENAME, status=409)
    with pytest.raises(Conflict):
        client.vms.rename(vm.id, "web-2")


def test_what_was_learnt_can_be_forgotten(sim: RunningSimulator, client: FluenceClient) -> None:
    sim.faults.add("status", operation=NEW_IMAGES, status=404, times=1)
    client.catalogue.images()
    forget_dialects()
    client.catalogue.images()
    assert sim.requests()[-1].operation == NEW_IMAGES


def test_a_rename_that_may_have_happened_is_not_tried_in_the_other_form(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    sim.faults.add("timeout_after", operation=NEW_RENAME)
    with pytest.raises(OutcomeUnknown):
        client.vms.rename(vm.id, "web-2")
    assert sim.requests(OLD_RENAME) == []


def test_threads_may_learn_at_once(sim: RunningSimulator, client: FluenceClient) -> None:
    sim.faults.add("status", operation=NEW_IMAGES, status=404)
    found: list[int] = []
    threads = [
        Thread(target=lambda: found.append(len(client.catalogue.images()))) for _ in range(10)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [8] * 10
