"""A person at the pages, and a batch of theirs that is not begun."""

from collections.abc import Callable
from uuid import uuid4

import pytest
from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from tests.cast import actor_of
from tests.vms.rows import vm_rows
from vms.models import VM, Batch
from vms.vm.services import vms_terminate


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def vms(team: Team) -> list[VM]:
    return vm_rows(team, 3)


@pytest.fixture
def batch(team: Team, operator: User, vms: list[VM]) -> Batch:
    actor = actor_of(operator, team)
    return vms_terminate(team=team, actor=actor, vms=vms, form_key=uuid4())
