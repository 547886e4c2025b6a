"""An operator at the pages, and where the deploy form is."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team


@pytest.fixture
def browser(client_for: Callable[[User], Client], operator: User) -> Client:
    return client_for(operator)


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:create", kwargs={"slug": team.slug})
