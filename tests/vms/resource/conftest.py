import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock
from vms.models import FluenceAccount

from .stage import Stage


@pytest.fixture
def stage(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    fluence: FluenceClient[Changes],
    clock: Clock,
    catalogue: None,
    key: object,
) -> Stage:
    return Stage(team, petra, account, sim, fluence, clock)
