"""A running simulator and a client of it."""

from collections.abc import Iterator

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.fluence.dialects import forget_dialects
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator, running_simulator


@pytest.fixture(autouse=True)
def fresh_valkey() -> None:
    """Client and simulator need neither database nor Valkey, so these tests start none."""


@pytest.fixture(autouse=True)
def no_form_remembered() -> None:
    forget_dialects()


@pytest.fixture
def sim() -> Iterator[RunningSimulator]:
    with running_simulator() as simulator:
        yield simulator


@pytest.fixture
def client(sim: RunningSimulator) -> Iterator[FluenceClient[Changes]]:
    with FluenceClient(FULL_KEY, sim.url, read_timeout=2.0, retries=0) as fluence:
        yield fluence.for_changes()
