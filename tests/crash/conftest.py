"""The same team and clock as tests/vms; a process here is a real one, and is killed."""

from collections.abc import Iterator

import pytest
from django.test import override_settings

from controlpanel.fluence.dialects import forget_dialects
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra
from tests.vms.deploying import Clock
from vms.core.clients import clients_forget

__all__ = ["account", "catalogue", "clock", "fluence", "key", "olga", "petra"]


@pytest.fixture
def sim(clock: Clock) -> Iterator[RunningSimulator]:
    """A Fluence of this test's own, which is waited for: here only processes fail."""
    clients_forget()
    forget_dialects()
    with (
        running_simulator() as simulator,
        override_settings(FLUENCE_API_URL=simulator.url, FLUENCE_READ_TIMEOUT=10),
    ):
        yield simulator
    clients_forget()
