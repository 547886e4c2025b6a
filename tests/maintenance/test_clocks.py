"""A worker says in its log that its machine's clock stands apart from the others'."""

import pytest
from django.db import connection

from controlpanel.maintenance.tasks import heartbeat
from controlpanel.simulator.testing import RunningSimulator
from tests.vms.deploying import Clock
from vms.core.clients import client_for
from vms.models import FluenceAccount

pytestmark = pytest.mark.django_db


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    heartbeat()
    name = "controlpanel.maintenance.clocks"
    return [record.getMessage() for record in caplog.records if record.name == name]


def test_nothing_while_they_agree(
    account: FluenceAccount, caplog: pytest.LogCaptureFixture
) -> None:
    assert said(caplog) == []


@pytest.mark.parametrize(("seconds", "side"), [(120, "behind"), (-120, "ahead of")])
def test_one_that_stands_apart_from_fluences(
    seconds: int,
    side: str,
    account: FluenceAccount,
    sim: RunningSimulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    sim.clock.advance(seconds)
    client_for(account).vms.list()
    [line] = said(caplog)
    assert f"s {side} that of Fluence: is it set by NTP?" in line
    assert abs(int(line.split()[4]) - 120) <= 1


def test_one_that_stands_apart_from_the_databases(
    clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has no clock of its own")
    clock.set_apart(60)
    assert said(caplog) == [
        "this machine's clock is 60 s ahead of that of the database: is it set by NTP?"
    ]
