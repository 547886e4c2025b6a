"""The processes as they are watched: figures of web and worker, logs, parts that come back."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.stack import Stack, free_ports

from .programs import catalogue_awaited

pytestmark = pytest.mark.stack
BEARER = {"Authorization": "Bearer swordfish"}


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    folder: Path = tmp_path_factory.mktemp("watched")
    bind = f"127.0.0.1:{free_ports(1)[0]}"
    with Stack(folder, METRICS_TOKEN="swordfish", METRICS_BIND=bind, LOG_FORMAT="json") as running:
        yield running


def figures(url: str) -> str:
    return requests.get(url, headers=BEARER, timeout=10).text


def ready(stack: Stack) -> dict[str, Any]:
    answer = requests.get(f"{stack.url}/readyz", timeout=10)
    found: dict[str, Any] = answer.json()
    assert (answer.status_code == 200) == found["ready"]
    return found


def test_web_and_worker_each_tell_what_they_did(stack: Stack) -> None:
    catalogue_awaited(stack)
    requests.get(f"{stack.url}/account/login/", timeout=10)
    web = figures(f"{stack.url}/metrics")
    worker = figures(f"http://{stack.environment['METRICS_BIND']}/metrics")
    assert 'panel_http_request_seconds_count{method="GET",status="200",view="account_login"}' in web
    assert 'panel_fluence_calls_total{code="200",method="GET",route="/v1/datacenters"}' in worker
    assert "swordfish" not in web + worker


def test_it_becomes_ready_and_says_when_the_queue_is_gone(stack: Stack) -> None:
    stack.wait_for(lambda: ready(stack)["ready"])
    stack.kill("valkey")
    stack.wait_for(lambda: ready(stack)["broker"]["state"] == "failing")
    stack.wait_for(lambda: ready(stack)["ready"])


def test_every_line_of_pages_is_an_object(stack: Stack) -> None:
    requests.get(f"{stack.url}/nowhere/", timeout=10)
    marker = "pages     | "
    lines = [line for line in stack.log().splitlines() if line.startswith(marker)]
    objects = [json.loads(line.removeprefix(marker)) for line in lines]
    assert {"GET none: 404", "GET /account/login/: 200"} <= {line["message"] for line in objects}
