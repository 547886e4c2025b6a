"""The simulator's answers are held to the vendor's own OpenAPI document."""

import json
from pathlib import Path
from typing import Any

import pytest
import requests

from controlpanel.fluence import FluenceClient
from controlpanel.simulator.accounts import FULL_KEY, READONLY_KEY
from controlpanel.simulator.catalogue import CLUSTERS
from controlpanel.simulator.router import router
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519, vm_request
from tests.simulator.schema import OpenApi

DOCUMENT = Path(__file__).parents[3] / "shared" / "fluence" / "openapi-0.10.0.json"

GUIDE_FORMS = {
    "GET /v1/default_images": "GET /v1/storages/default_images",
    "PATCH /v2/vms": "PATCH /v2/vms/{vm_id}",
}
"""Only the guide has these; they answer as their OpenAPI counterparts do."""

NOBODY = "00000000-0000-4000-8000-000000000000"
EXPAND = "&".join(
    f"expand[{number}]={name}"
    for number, name in enumerate(
        ("bootDisk", "dataDisks", "publicIp", "subnets", "sshKeys", "networkInterfaces")
    )
)


@pytest.fixture(scope="module")
def openapi() -> OpenApi:
    if not DOCUMENT.exists():
        pytest.skip("the vendor's OpenAPI document is not beside the project: nothing to compare")
    return OpenApi(json.loads(DOCUMENT.read_text()))


class Script:
    """Calls the simulator, and holds each answer to the document."""

    def __init__(self, sim: RunningSimulator, openapi: OpenApi) -> None:
        self._sim = sim
        self._openapi = openapi
        self.operations: set[str] = set()

    def __call__(
        self,
        operation: str,
        body: object = None,
        *,
        query: str = "",
        status: int = 200,
        key: str = FULL_KEY,
        **params: str,
    ) -> Any:  # noqa: ANN401
        method, template = operation.split(" ")
        answer = requests.request(
            method,
            f"{self._sim.url}{template.format(**params)}?{query}",
            json=body,
            headers={"X-API-KEY": key},
            timeout=5,
        )
        assert answer.status_code == status, answer.text
        schema = self._openapi.answer_schema(GUIDE_FORMS.get(operation, operation), status)
        assert list(self._openapi.problems(schema, answer.json())) == []
        self.operations.add(operation)
        return answer.json()


@pytest.fixture
def call(sim: RunningSimulator, openapi: OpenApi) -> Script:
    return Script(sim, openapi)


def read_everything(call: Script) -> None:
    call("GET /v1/service/status", key="")
    call("GET /v1/users/me")
    call("GET /v2/users/balances")
    call("GET /v1/datacenters")
    call("GET /v1/clusters")
    call("GET /v1/clusters/resources")
    call("GET /v1/clusters/{cluster_id}/resources", cluster_id=CLUSTERS[0].id)
    call("GET /v1/configurations/virtual_machines")
    call("GET /v1/storages/default_images")
    call("GET /v1/default_images")
    call("GET /v1/storages/types")
    call("GET /v1/prices/vm")
    call("GET /v1/prices/storage")
    call("GET /v1/prices/public-ip")
    call("GET /v1/ssh_keys")
    call("GET /v1/storages")
    call("GET /v1/public_ips")
    call("GET /v2/vms", query=EXPAND)


def test_a_vms_whole_life_is_answered_as_documented(
    sim: RunningSimulator, client: FluenceClient, call: Script
) -> None:
    read_everything(call)
    key = call("POST /v1/ssh_keys", {"name": "laptop", "publicKey": ED25519})
    body = vm_request(client, ssh_keys=[key["id"]], user_data="#cloud-config").to_wire()
    disk = {**body["bootDisk"], "name": "data"}
    disk.pop("osImage")
    vm_id = call("POST /v2/vms", {**body, "dataDisks": [disk]})["id"]
    for seconds in (0, 1, 10):
        sim.clock.advance(seconds)
        read_everything(call)
        call("GET /v2/vms/{vm_id}", vm_id=vm_id, query=EXPAND)
    call("PATCH /v2/vms/{vm_id}", {"name": "web-2"}, vm_id=vm_id)
    call("PATCH /v2/vms", {"id": vm_id, "name": "web-3"})
    for action in ("restart", "softreboot", "terminate"):
        call(f"POST /v2/vms/{{vm_id}}/{action}", vm_id=vm_id)
        read_everything(call)
        sim.clock.advance(10)
        read_everything(call)
    call("DELETE /v1/ssh_keys/{ssh_key_id}", ssh_key_id=key["id"])
    call("POST /v1/prices/cost", {"resources": _one_of_each(body), "secs": 60})
    assert call.operations == {route.operation for route in router.routes}


def test_refusals_are_answered_as_documented(call: Script) -> None:
    call("GET /v1/users/me", key="", status=401)
    call("POST /v2/vms", {}, key=READONLY_KEY, status=403)
    call("POST /v2/vms", {}, status=422)
    call("GET /v2/vms", query="ids=7", status=400)
    call("GET /v2/vms/{vm_id}", vm_id="7", status=400)
    call("GET /v2/vms/{vm_id}", vm_id=NOBODY, status=404)


def test_every_operation_is_in_the_document_or_known_to_be_the_guides(openapi: OpenApi) -> None:
    for route in router.routes:
        documented = route.method.lower() in openapi.paths.get(route.template, {})
        assert documented is (route.operation not in GUIDE_FORMS)


def test_the_scopes_are_those_of_the_document(openapi: OpenApi) -> None:
    for route in router.routes:
        if route.operation in GUIDE_FORMS:
            continue
        security = openapi.paths[route.template][route.method.lower()].get("security", [{}])
        scopes = {scope for way in security for names in way.values() for scope in names}
        assert scopes - {""} == ({route.scope} - {""})
        assert route.public is (security == [])


def _one_of_each(body: dict[str, Any]) -> list[dict[str, Any]]:
    cluster = {"clusterId": body["clusterId"]}
    return [
        {"vm": {"resource_id": {**cluster, "vmConfigurationId": body["configurationId"]}}},
        {
            "storage": {
                "resource_id": {**cluster, "storageType": "NVME", "replicated": True},
                "volume_gb": 25,
            }
        },
        {"publicIp": {"resource_id": {**cluster, "addressType": "V4"}}},
    ]
