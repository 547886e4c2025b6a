"""The client has every operation of the document, and reads every answer the document allows."""

import json
import re
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.fluence.endpoints import client_changes, client_endpoints
from tests.contract.document import MISSING, document
from tests.fluence.canned_server import Canned, canned_server
from tests.fluence.every_call import CALLS, FIRST_DAY, LAST_DAY
from tests.fluence.from_document import Answers

OPERATIONS = client_endpoints()
DOCUMENT = document()
DOCUMENTED = DOCUMENT.operations if DOCUMENT else {}
ANSWERS = Answers(DOCUMENT.raw if DOCUMENT else {"components": {"schemas": {}}})
with_document = pytest.mark.skipif(DOCUMENT is None, reason=MISSING)


@pytest.fixture(scope="module")
def server() -> Iterator[Canned]:
    with canned_server() as canned:
        yield canned


@pytest.fixture(scope="module")
def client(server: Canned) -> Iterator[FluenceClient[Changes]]:
    with FluenceClient("demo-key", server.url, retries=0) as fluence:
        yield fluence.for_changes()


@with_document
def test_every_operation_of_the_document_has_a_method_and_no_other() -> None:
    assert set(OPERATIONS) == set(DOCUMENTED)
    assert len(OPERATIONS) == 71


def test_every_method_is_tried_below() -> None:
    assert set(CALLS) == set(OPERATIONS.values())


def test_what_is_not_a_get_is_a_change_unless_it_only_asks() -> None:
    asking = {"prices.cost", "vms.console_token", "account.refresh_balance"}
    posted = {name for operation, name in OPERATIONS.items() if not operation.startswith("GET ")}
    assert client_changes() == posted - asking


@with_document
@pytest.mark.parametrize("operation", OPERATIONS)
@settings(
    max_examples=6,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(data=st.data())
def test_whatever_the_document_lets_it_answer_is_read(
    operation: str, server: Canned, client: FluenceClient[Changes], data: st.DataObject
) -> None:
    method, template = operation.split(" ")
    (status, answer), *_ = [
        (int(code), answer)
        for code, answer in DOCUMENTED[operation]["responses"].items()
        if code.startswith("2")
    ]
    server.status = status
    if content := answer.get("content"):
        made = data.draw(ANSWERS.of(content["application/json"]["schema"]))
        server.body = json.dumps(made).encode()
    CALLS[OPERATIONS[operation]](client)
    sent_method, target = server.requests[-1].split(" ")
    assert sent_method == method
    assert re.fullmatch(re.sub(r"\{\w+\}", "[0-9a-f-]{36}", template), target.partition("?")[0])


def test_charges_come_as_csv_too(server: Canned, client: FluenceClient) -> None:
    server.status, server.body = 200, "Käufer,totalCost\nAcme,1.50\n".encode()
    assert client.billing.charges_csv(FIRST_DAY, LAST_DAY, period="MONTH") == server.body.decode()
    assert server.requests[-1].endswith(
        "?period=MONTH&startDate=2026-11-01&endDate=2026-11-30&format=csv"
    )


def test_filters_are_written_as_the_api_names_them(
    server: Canned, client: FluenceClient[Changes]
) -> None:
    server.status, server.body = 200, b'{"items": []}'
    CALLS["storages.list"](client)
    assert server.requests[-1] == (
        "GET /v1/storages?ids%5B0%5D=0b9b5a2e-6f3c-4f53-9d6c-2f1f3a6a7c11&storageType=NVMe"
        "&status%5B0%5D=ready&excludeAttached=true&page=1"
    )
    CALLS["billing.top_ups"](client)
    assert server.requests[-1] == (
        "GET /v2/top-ups?start=2026-11-01T00%3A00%3A00Z&end=2026-12-01T00%3A00%3A00Z"
        "&sort=amount&page=1"
    )


def test_an_update_sends_only_what_changes(server: Canned, client: FluenceClient[Changes]) -> None:
    server.body = b'{"id": "1", "name": "a", "clusterId": "c", "status": "ready", "volumeGb": 40}'
    client.storages.update("1", volume_gb=40)
    assert json.loads(server.bodies[-1]) == {"volumeGb": 40}
