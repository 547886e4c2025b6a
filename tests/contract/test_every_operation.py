"""All operations of the document, and no others, are answered as the document says."""

from controlpanel.simulator.accounts import KEYS, POOR_KEY, READONLY_KEY
from controlpanel.simulator.router import router
from controlpanel.simulator.testing import RunningSimulator
from tests.contract.document import GUIDE_FORMS, Document
from tests.contract.observing import Observer
from tests.contract.tour import CLUSTER, Tour, new_disk

NOBODY = "00000000-0000-4000-8000-000000000000"


def test_a_tour_of_all_operations_keeps_to_the_document(
    sim: RunningSimulator, openapi: Document, contract_observer: Observer
) -> None:
    tour = Tour(sim)
    tour.everything()
    assert tour.operations == {*openapi.operations, *GUIDE_FORMS}
    assert contract_observer.take_problems() == []


def test_refusals_are_answered_as_documented(
    sim: RunningSimulator, openapi: Document, contract_observer: Observer
) -> None:
    call = Tour(sim)
    call("GET /v1/users/me", key="", status=401)
    call("POST /v2/vms", {}, key=READONLY_KEY, status=403)
    call("POST /v2/vms", {}, status=422)
    call("GET /v2/vms", query="ids=7", status=400)
    call("GET /v2/vms/{vm_id}", vm_id="7", status=400)
    call("GET /v2/vms/{vm_id}", vm_id=NOBODY, status=404)
    call("DELETE /v2/top-ups/{intent_id}", intent_id=NOBODY, status=404)
    call("POST /v1/storages", {**new_disk("big"), "volumeGb": 500}, key=POOR_KEY, status=402)
    storage = call("POST /v1/storages", new_disk("new"))["id"]
    call("DELETE /v1/storages/{storage_id}", storage_id=storage, status=406)
    call("POST /v2/top-ups", {"amountCents": 5000}, status=201)
    call("POST /v2/top-ups", {"amountCents": 5000}, status=409)
    call("POST /v1/vpcs/{vpc_id}/subnets", {"clusterId": CLUSTER}, vpc_id=NOBODY, status=404)
    assert contract_observer.take_problems() == []


def test_the_simulator_has_the_documents_operations_and_the_guides(openapi: Document) -> None:
    assert len(openapi.operations) == 71
    assert {route.operation for route in router.routes} == {*openapi.operations, *GUIDE_FORMS}


def test_the_scopes_are_those_of_the_document(openapi: Document) -> None:
    for route in router.routes:
        if route.operation in GUIDE_FORMS:
            continue
        security = openapi.operations[route.operation].get("security", [{}])
        scopes = {scope for way in security for names in way.values() for scope in names}
        assert scopes - {""} == ({route.scope} - {""}), route.operation
        assert route.public is (security == [])


def test_keys_carry_only_scopes_that_the_document_knows(openapi: Document) -> None:
    known = openapi.raw["components"]["schemas"]["PermissionScope"]["enum"]
    assert {scope for key in KEYS.values() for scope in key.scopes} <= set(known)
