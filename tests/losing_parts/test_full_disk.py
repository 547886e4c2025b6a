"""The database's disk is full: nothing is done that cannot be logged, and all can still be read."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import requests

from tests.maintenance.programs import catalogue_awaited
from tests.stack import Stack

from .disk import SmallDisk, small_disk
from .outcomes import deployments_begun, expect_all_accounted_for
from .people import Person, deploy_fields, deploy_form, heading_of
from .servers import postgres

pytestmark = pytest.mark.stack
# How many changes it may take until PostgreSQL has used up the room left in its tables' files.
MOST_CHANGES = 60
CREATE = "POST /v2/vms"


@pytest.fixture
def disk() -> Iterator[SmallDisk]:
    with small_disk(64) as mounted:
        yield mounted


@pytest.fixture(params=["sqlite", "postgresql"])
def stack(
    request: pytest.FixtureRequest, disk: SmallDisk, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Stack]:
    """With SQLite all that `make run` writes is on the small disk, with PostgreSQL its tables."""
    elsewhere = tmp_path_factory.mktemp("disk")
    settings: dict[str, Any] = {"SIMULATOR_CONTROL": "on", "SETTLE_GRACE_SECONDS": "5"}
    with ExitStack() as opened:
        folder = disk.folder
        if request.param == "postgresql":
            folder = elsewhere
            settings["DATABASE_URL"] = opened.enter_context(postgres(tables=disk.folder)).url
        running = Stack(folder, **settings)
        running.log_file = elsewhere / "output.log"
        opened.enter_context(running)
        catalogue_awaited(running)
        yield running


def readiness(stack: Stack) -> dict[str, Any]:
    found: dict[str, Any] = requests.get(f"{stack.url}/readyz", timeout=20).json()
    return found


def sent(stack: Stack, operation: str) -> int:
    """How many such calls have reached Fluence."""
    seen = requests.get(f"{stack.simulator_url}/_control/requests", timeout=10).json()
    return sum(request["operation"] == operation for request in seen)


def faults_left(stack: Stack) -> list[dict[str, Any]]:
    """Return the faults that have not struck as often as they will."""
    left: list[dict[str, Any]] = requests.get(
        f"{stack.simulator_url}/_control/faults", timeout=10
    ).json()
    return left


def deploy_until_refused(
    stack: Stack, disk: SmallDisk, operator: Person, form: dict[str, Any]
) -> tuple[list[str], list[requests.Response]]:
    """Deploy one after another until one is refused and nothing of it is sent; return the names
    of those that were taken, and what the others were answered.

    What the database gives back between two of them is taken from it at once.
    """
    taken, refused = [], []
    for number in range(MOST_CHANGES):
        disk.fill()
        known = sent(stack, CREATE)
        answer = operator.post("vms/new/", **deploy_fields(form, f"more-{number}"))
        if answer.status_code != 503:
            taken.append(f"more-{number}")
            continue
        refused.append(answer)
        if sent(stack, CREATE) == known:
            return taken, refused
    raise AssertionError("there was always room left")


def test_the_disk_is_full(stack: Stack, disk: SmallDisk) -> None:
    operator, before = Person(stack, "operator"), stack.processes
    form = deploy_form(stack)
    operator.post("vms/new/", **deploy_fields(form, "first"))
    stack.fault("latency", operation=CREATE, seconds=2, times=1)
    during = threading.Thread(
        target=operator.post, args=["vms/new/"], kwargs=deploy_fields(form, "during")
    )
    during.start()
    stack.wait_for(lambda: not faults_left(stack))  # it has struck: the call is under way
    disk.fill()
    during.join()

    taken, refused = deploy_until_refused(stack, disk, operator, form)
    assert heading_of(refused[-1]) == "The panel has no room left to write"
    assert refused[-1].headers["Retry-After"] == "10"
    disk.fill()
    assert readiness(stack)["database"] == {"state": "full"}
    for page in ("vms/", "vms/new/", "places/", "ssh-keys/"):
        assert operator.get(page).ok, page

    disk.make_room()
    operator.until_answered("vms/new/", **deploy_fields(form, "last"))
    assert readiness(stack)["database"] == {"state": "ok"}
    begun = deployments_begun(stack)
    # Of one that was refused nothing is left, or it was written down, and is carried out.
    made = {"first", "during", "last", *taken}
    assert made <= begun <= made | {f"more-{number}" for number in range(MOST_CHANGES)} - {*taken}
    expect_all_accounted_for(stack, *begun)
    stack.wait_for(lambda: readiness(stack)["ready"])
    assert stack.processes == before, "web, worker and beat went on by themselves"
    assert "Traceback" not in stack.log()
