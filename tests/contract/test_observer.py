"""Departures from the document are noticed; without that, the other tests would prove nothing."""

import json
from typing import Any

import pytest

from controlpanel.fluence.transport import USER_AGENT
from controlpanel.simulator.answers import Answer
from controlpanel.simulator.world import Exchange
from tests.contract.document import Document
from tests.contract.observing import Observer

NOBODY = "00000000-0000-4000-8000-000000000000"
KEY = {
    "id": NOBODY,
    "userId": NOBODY,
    "name": "laptop",
    "publicKey": "ssh-ed25519 AAAA",
    "algorithm": "ED25519",
    "fingerprint": "SHA256:x",
}
CREATE = "POST /v1/ssh_keys"
BODY = {"name": "laptop", "publicKey": "ssh-ed25519 AAAA"}


def exchange(
    operation: str = CREATE,
    body: Any = BODY,  # noqa: ANN401
    answer: Any = KEY,  # noqa: ANN401
    *,
    status: int = 200,
    **changes: Any,
) -> Exchange:
    fields: dict[str, Any] = {
        "operation": operation,
        "params": {},
        "query": {},
        "user_agent": USER_AGENT,
        "request": b"" if body is None else json.dumps(body).encode(),
        "answer": answer if isinstance(answer, Answer) else Answer(status, answer),
        **changes,
    }
    return Exchange(**fields)


def problems(document: Document, seen: Exchange) -> list[str]:
    observer = Observer(document)
    observer(seen)
    return observer.take_problems()


def listing(**query: list[str]) -> Exchange:
    pages = {"currentPage": 1, "filteredRecords": 0, "perPage": 10}
    empty = {"items": [], "pagination": {**pages, "totalPages": 0, "totalRecords": 0}}
    return exchange("GET /v2/vms", None, empty, query=query)


def test_what_keeps_to_the_document_passes(openapi: Document) -> None:
    assert problems(openapi, exchange()) == []
    assert problems(openapi, listing(**{"status[0]": ["launched"], "page": ["2"]})) == []


@pytest.mark.parametrize(
    ("answer", "status", "says"),
    [
        ({**KEY, "id": "7"}, 200, "uuid"),
        ({**KEY, "name": None}, 200, "name"),
        ({**KEY, "invented": 1}, 200, "nevaluated"),
        ({k: v for k, v in KEY.items() if k != "algorithm"}, 200, "algorithm"),
        ({"code": "teapot", "error": "x"}, 422, "code"),
        ({"error": "x"}, 422, "code"),
        (KEY, 201, "no documented answer"),
        ({"code": "bad_request", "error": "x"}, 418, "no documented answer"),
    ],
)
def test_a_wrong_answer_is_noticed(
    openapi: Document, answer: object, status: int, says: str
) -> None:
    [found] = problems(openapi, exchange(answer=answer, status=status))
    assert found.startswith(f"{CREATE}: answer: ")
    assert says in found


@pytest.mark.parametrize(
    ("seen", "says"),
    [
        (exchange(body={"name": "laptop"}), "publicKey"),
        (exchange(body={**BODY, "invented": 1}), "nevaluated"),
        (exchange(body=None), "body"),
        (listing(**{"status[0]": ["asleep"]}), "status"),
        (listing(colour=["red"]), "colour: is not declared"),
        (listing(page=["one"]), "page"),
        (listing(page=["1", "2"]), "comes more than once"),
    ],
)
def test_a_wrong_request_of_the_client_is_noticed(
    openapi: Document, seen: Exchange, says: str
) -> None:
    [found] = problems(openapi, seen)
    assert ": request: " in found
    assert says in found


def test_an_operation_that_is_not_in_the_document_is_noticed(openapi: Document) -> None:
    found = problems(openapi, exchange("GET /v9/vms", None, {}))
    assert "request: the document has no such operation" in found[0]
    assert "answer: 200 for an operation that is not in the document" in found[1]


def test_a_required_parameter_may_not_be_left_out(openapi: Document) -> None:
    dates = {"startDate": ["2026-03-01"]}
    seen = exchange("GET /v1/billing/charges/aggregated", None, [], query=dates)
    assert problems(openapi, seen) == [
        "GET /v1/billing/charges/aggregated: request: endDate: is required"
    ]


def test_what_tests_send_by_hand_and_what_faults_spoil_is_not_looked_at(
    openapi: Document,
) -> None:
    assert problems(openapi, exchange(body={}, user_agent="python-requests/2")) == []
    assert problems(openapi, exchange(answer=Answer(502, text="<html>", spoilt=True))) == []


def test_no_secret_is_in_what_is_reported(openapi: Document) -> None:
    body = {"name": "x", "publicKey": "ssh-ed25519 AAAA", "userData": "hunter2"}
    found = problems(openapi, exchange(body=body))
    assert found
    assert "hunter2" not in "".join(found)
