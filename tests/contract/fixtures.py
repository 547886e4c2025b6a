"""Fixtures that hold all tests to the document; imported by tests/conftest.py."""

from collections.abc import Iterator

import pytest

from controlpanel.simulator import world
from tests.contract.document import document
from tests.contract.observing import Observer


@pytest.fixture(scope="session")
def contract_observer() -> Iterator[Observer]:
    """Watch all simulators that are started in this process."""
    observer = Observer(document())
    world.OBSERVERS.append(observer)
    yield observer
    world.OBSERVERS.remove(observer)
    observer.write_record()


@pytest.fixture(autouse=True)
def contract_held(contract_observer: Observer, request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test during which a request or an answer departed from the document."""
    contract_observer.take_problems()
    contract_observer.test_file = request.node.nodeid.partition("::")[0]
    yield
    problems = contract_observer.take_problems()
    assert not problems, "Departures from the vendor's document:\n" + "\n".join(problems)
