"""A stream ends soon after the right to it: with session, password, or place in the team."""

import asyncio
from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.live.hub import RevisionHub
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role

from .conftest import Application
from .test_stream import Tab

pytestmark = pytest.mark.django_db(transaction=True)
Change = Callable[[Client, User], object]


def log_out(client: Client, _person: User) -> None:
    assert client.post(reverse("account_logout")).status_code == 302


def leave_team(_client: Client, person: User) -> None:
    Membership.objects.get(user=person).delete()


def change_password(_client: Client, person: User) -> None:
    person.set_password("another swordfish")
    person.save()


def be_locked_out(_client: Client, person: User) -> None:
    person.is_active = False
    person.save()


def change_role(_client: Client, person: User) -> None:
    membership = Membership.objects.get(user=person)
    membership.role = Role.OPERATOR
    membership.save()


@pytest.fixture
def ends_by(
    application: Application,
    hub: RevisionHub,
    team: Team,
    viewer: User,
    client_for: Callable[[User], Client],
) -> Callable[[Change], bool]:
    """Let a stream begin, change something, and say whether it ended by itself within 4 s."""

    async def scenario(change: Change, client: Client) -> bool:
        tab = Tab(f"/t/{team.slug}/events/", client)
        stream = asyncio.create_task(application(tab.scope, tab.receive, tab.send))
        await tab.shows("event: ready")
        await asyncio.to_thread(change, client, viewer)
        ended, _ = await asyncio.wait([stream], timeout=4)
        tab.closed.set()
        await stream
        await hub.close()
        return bool(ended)

    return lambda change: asyncio.run(scenario(change, client_for(viewer)))


@pytest.mark.parametrize("change", [log_out, leave_team, change_password, be_locked_out])
def test_it_ends_with_the_right(ends_by: Callable[[Change], bool], change: Change) -> None:
    assert ends_by(change)


def test_who_may_stay_stays(ends_by: Callable[[Change], bool]) -> None:
    assert not ends_by(change_role)
