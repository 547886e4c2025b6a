"""Whoever pays in, and the page where they do."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from vms.mirror.reconcile import account_reconcile
from vms.models import FluenceAccount


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:top-ups", kwargs={"slug": team.slug})


@pytest.fixture
def browser(client_for: Callable[[User], Client], owner: User) -> Client:
    return client_for(owner)


@pytest.fixture
def ready(account: FluenceAccount) -> FluenceAccount:
    """The account as it was first read, with the ways to pay."""
    account_reconcile(account.pk)
    return account
