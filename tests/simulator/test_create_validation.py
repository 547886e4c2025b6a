"""What a create is refused for. Nothing is made or charged then."""

from typing import Any

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.catalogue import UNPRICED
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import cluster_named, configuration_id, vm_request
from tests.simulator.raw import refusal, send

NOBODY = "00000000-0000-4000-8000-000000000000"
OTHER_CLUSTER = cluster_named("Rhine").id


def changed(body: dict[str, Any], path: str, value: Any) -> dict[str, Any]:  # noqa: ANN401
    *parents, last = path.split(".")
    part = body
    for parent in parents:
        part = part[parent]
    part[last] = value
    return body


@pytest.mark.parametrize(
    ("path", "value", "status", "says"),
    [
        ("clusterId", None, 422, "clusterId: is required"),
        ("clusterId", "x", 400, "clusterId: not a valid UUID"),
        ("clusterId", NOBODY, 404, "no such cluster"),
        ("configurationId", None, 422, "configurationId: is required"),
        ("configurationId", NOBODY, 404, "no such configuration"),
        ("configurationId", configuration_id(UNPRICED), 404, "has no price in cluster"),
        ("name", None, 422, "name: is required"),
        ("name", "  ", 422, "name: must be a text"),
        ("name", 7, 422, "name: must be a text"),
        ("bootDisk", None, 422, "bootDisk: is required"),
        ("bootDisk", 7, 422, "bootDisk: must be a JSON object"),
        ("bootDisk", NOBODY, 404, "bootDisk: no such storage"),
        ("bootDisk.volumeGb", 24, 422, "bootDisk.volumeGb: must be at least 25"),
        ("bootDisk.volumeGb", -1, 422, "bootDisk.volumeGb: must be a whole number"),
        ("bootDisk.volumeGb", "25", 422, "bootDisk.volumeGb: must be a whole number"),
        ("bootDisk.storageType", "TAPE", 422, "bootDisk.storageType: must be one of NVME"),
        ("bootDisk.replicated", "no", 422, "bootDisk.replicated: must be true or false"),
        ("bootDisk.osImage", None, 422, "bootDisk.osImage: is required"),
        ("bootDisk.osImage", "ubuntu", 422, "must be the download URL of an image"),
        ("bootDisk.clusterId", OTHER_CLUSTER, 422, "must be the VM's cluster"),
        ("dataDisks", {}, 422, "dataDisks: must be an array"),
        ("dataDisks", [{}], 422, "dataDisks[0].clusterId: is required"),
        ("publicIp", "x", 400, "publicIp: not a valid UUID"),
        ("publicIp", NOBODY, 404, "publicIp: no such public IP"),
        ("publicIp.addressType", "V6", 422, "publicIp.addressType: must be one of V4"),
        ("publicIp.clusterId", OTHER_CLUSTER, 422, "must be the VM's cluster"),
        ("sshKeys", [], 422, "at least one SSH key"),
        ("sshKeys", None, 422, "sshKeys: must be an array"),
        ("sshKeys", ["x"], 400, "sshKeys[0]: not a valid UUID"),
        ("sshKeys", [NOBODY], 404, "no such SSH key"),
        ("cloudInit", {"userData": 7}, 422, "cloudInit.userData: must be a text"),
        ("cloudInit", {"userData": "ä" * 8193}, 400, "must not exceed 16 KiB"),
    ],
)
def test_a_wrong_field_is_named(
    sim: RunningSimulator,
    client: FluenceClient[Changes],
    path: str,
    value: object,
    status: int,
    says: str,
) -> None:
    body = changed(vm_request(client).to_wire(), path, value)
    got, _, message = refusal(send(sim, "POST /v2/vms", body))
    assert got == status
    assert says in message
    state = sim.world.state
    assert not state.vms
    assert not state.storages
    assert not state.public_ips
    assert client.account.balances()[0].balance == 500


def test_an_images_own_minimum_counts(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    images = {image.slug: image for image in client.catalogue.images()}
    url = images["ubuntu-24-04-docker"].download_url
    body = changed(vm_request(client).to_wire(), "bootDisk.osImage", url)
    assert "must be at least 40" in refusal(send(sim, "POST /v2/vms", body))[2]


@pytest.mark.parametrize("text", ["ä" * 8192, "x" * 16384, ""])
def test_16_kib_of_user_data_is_not_too_much(
    sim: RunningSimulator, client: FluenceClient[Changes], text: str
) -> None:
    body = {**vm_request(client).to_wire(), "cloudInit": {"userData": text}}
    answer = send(sim, "POST /v2/vms", body).json()
    assert answer["cloudInit"] == {}


def test_a_custom_image_may_be_given_by_its_url(
    client: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    url = "https://example.com/own.qcow2"
    body = changed(vm_request(client).to_wire(), "bootDisk.osImage", url)
    assert send(sim, "POST /v2/vms", body).status_code == 200
    disk = send(sim, "GET /v1/storages").json()["items"][0]
    assert (disk["initUrl"], disk["image"]) == (url, None)


@pytest.mark.parametrize(("data", "status"), [(b"{", 400), (b"[]", 422), (b"", 422)])
def test_what_is_not_a_json_object_is_refused(
    sim: RunningSimulator, data: bytes, status: int
) -> None:
    assert refusal(send(sim, "POST /v2/vms", data=data))[0] == status


def test_a_body_that_is_too_large_is_refused(sim: RunningSimulator) -> None:
    assert send(sim, "POST /v2/vms", data=b" " * (1024 * 1024 + 1)).status_code == 413


def test_equal_names_are_allowed_as_nothing_promises_otherwise(
    client: FluenceClient[Changes],
) -> None:
    request = vm_request(client, public_ip=False)
    assert client.vms.create(request).id != client.vms.create(request).id


@pytest.mark.parametrize(
    ("operation", "status"), [("PUT /v2/vms", 405), ("DELETE /v1/clusters", 405), ("GET /v9", 404)]
)
def test_what_there_is_not_is_said(sim: RunningSimulator, operation: str, status: int) -> None:
    assert send(sim, operation).status_code == status
