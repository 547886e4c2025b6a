"""Nobody is called as somebody else of their team, and a new name stands in the log."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django.asserts import assertContains

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from tests.cast import PASSWORD, actor_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def petra(client_for: Callable[[User], Client], operator: User, owner: User) -> Client:
    """The operator, with Olga for an owner."""
    return client_for(operator)


def rename(browser: Client, name: str) -> str:
    answer = browser.post(reverse("profile"), {"name": name, "time_zone": ""}, follow=True)
    return str(answer.content.decode())


def test_a_new_name_is_in_the_log_of_each_team_with_the_old_one(
    petra: Client, operator: User, team: Team, other_team: Team
) -> None:
    Membership.objects.create(team=other_team, user=operator, role=Role.VIEWER)
    assert "Profile saved." in rename(petra, "Petra Pan")
    for its in (team, other_team):
        entry = AuditEntry.objects.get(team_id=its.pk, action="person.rename")
        assert entry.changes == {"name": ["Petra", "Petra Pan"]}
        assert (entry.actor_name, entry.target_name) == ("Petra", "petra@acme.test")
    rename(petra, "Petra Pan")
    assert AuditEntry.objects.filter(action="person.rename").count() == 2


@pytest.mark.parametrize("name", ["Olga", "olga", " OLGA ", "Olga\u00a0"])
def test_the_name_of_a_colleague_is_refused_and_nothing_is_saved(
    petra: Client, operator: User, name: str
) -> None:
    html = rename(petra, name)
    assert "Somebody in Acme is called that already." in html
    operator.refresh_from_db()
    assert operator.name == "Petra"
    assert not AuditEntry.objects.filter(action="person.rename").exists()


def test_ones_own_name_in_other_letters_and_that_of_strangers_are_free(
    petra: Client, operator: User, outsider: User
) -> None:
    assert "Profile saved." in rename(petra, "PETRA")
    assert "Profile saved." in rename(petra, str(outsider))


def test_who_follows_an_invitation_cannot_take_a_members_name(
    team: Team, owner: User, client: Client
) -> None:
    made = invitation_create(
        actor=actor_of(owner, team), team=team, email="new@acme.test", role=Role.VIEWER
    )
    token = made.link.rstrip("/").rpartition("/")[2]
    form = {"invitation": token, "name": "Olga", "password1": PASSWORD}
    answer = client.post(f"{reverse('account_signup')}?invitation={token}", form)
    assertContains(answer, "Somebody in Acme is called that already.")
    assert not User.objects.filter(email="new@acme.test").exists()
    client.post(f"{reverse('account_signup')}?invitation={token}", form | {"name": "Olga Neu"})
    assert User.objects.get(email="new@acme.test").name == "Olga Neu"
