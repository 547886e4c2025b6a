"""The account, the simulator and the clock are those of the tests of VMs."""

from collections.abc import Iterator

import pytest

from controlpanel.maintenance import figures
from controlpanel.maintenance.models import Heartbeat
from controlpanel.observability import context
from tests.vms.conftest import account, catalogue, clock, fluence, key, olga, petra, sim

__all__ = ["account", "catalogue", "clock", "fluence", "key", "olga", "petra", "sim"]


@pytest.fixture(autouse=True)
def nothing_under_way() -> None:
    """What an earlier test called outside any request has left behind does not count here."""
    context.begin()


@pytest.fixture
def heartbeat(db: None) -> None:
    """Beat has just been heard."""
    Heartbeat.note()


@pytest.fixture
def unreachable_broker(settings: pytest.MonkeyPatch) -> Iterator[None]:
    settings.CELERY_BROKER_URL = "redis://user:swordfish@127.0.0.1:1/1"  # type: ignore[attr-defined]
    figures.broker.cache_clear()
    yield
    figures.broker.cache_clear()
