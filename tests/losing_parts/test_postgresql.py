"""PostgreSQL is restarted, or dies, while people load pages and deployments are under way."""

import time
from collections.abc import Iterator
from typing import Any

import pytest
import requests

from tests.stack import Stack

from .outcomes import expect_all_accounted_for
from .people import Person, deploy_fields, heading_of, loading_pages
from .servers import Postgres, panel_on, postgres

pytestmark = pytest.mark.stack
made: list[str] = []


@pytest.fixture(scope="module")
def database() -> Iterator[Postgres]:
    with postgres() as server:
        yield server


@pytest.fixture(scope="module")
def stack(database: Postgres, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    with panel_on(tmp_path_factory.mktemp("postgresql"), DATABASE_URL=database.url) as running:
        yield running


@pytest.mark.parametrize("way", ["stop", "kill"])
def test_postgresql_is_lost_under_load(
    way: str, stack: Stack, database: Postgres, form: dict[str, Any]
) -> None:
    operator = Person(stack, "operator")
    people = [Person(stack, name) for name in ("owner", "admin")]
    one, before = deploy_fields(form, f"one-{way}"), stack.processes
    stack.fault("latency", operation="POST /v2/vms", seconds=0.5, times=10)
    with loading_pages(*people):
        operator.post("vms/new/", **deploy_fields(form, f"many-{way}", count=8))
        time.sleep(0.7)
        getattr(database, way)()
        refused = operator.post("vms/new/", **one)
        health = requests.get(f"{stack.url}/healthz", timeout=10)
        ready = requests.get(f"{stack.url}/readyz", timeout=20)
        database.start()
        operator.until_answered("vms/new/", **one)
        stack.wait_for(lambda: all(person.answers[-1].ok for person in people))
    assert (refused.status_code, refused.headers["Retry-After"]) == (503, "10")
    assert heading_of(refused) == "The panel's database does not answer"
    assert "Before you send this again, look at the list" in refused.text
    assert (health.status_code, ready.status_code) == (200, 503)
    assert ready.json()["database"] == {"state": "failing"}
    assert {answer.status_code for person in people for answer in person.answers} == {200, 503}
    made[:] = [*made, f"one-{way}", *(f"many-{way}-{number}" for number in range(1, 9))]
    expect_all_accounted_for(stack, *made)
    assert stack.processes == before, "web, worker and beat went on by themselves"
    assert "Traceback" not in stack.log()
    assert "is late, the database failed" in stack.log()
