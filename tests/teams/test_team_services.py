"""Teams are made by anybody, renamed by whoever may, and both are in the log."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection

from controlpanel.accounts.models import User
from controlpanel.audit.actors import SYSTEM, Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import team_create, team_rename
from tests.cast import actor_of, person_create


@pytest.fixture
def nora(db: None) -> User:
    return person_create("Nora")


def test_whoever_creates_a_team_owns_it(nora: User) -> None:
    actor = Actor(kind="user", id=str(nora.pk), name="Nora", ip_address="203.0.113.7")
    team = team_create(actor=actor, name="Blue Harvest", owner=nora)
    assert team.slug == "blue-harvest"
    assert team.memberships.get().role == Role.OWNER
    entry = AuditEntry.objects.get()
    assert (entry.team_id, entry.action, entry.sequence) == (team.pk, "team.create", 1)
    assert entry.changes == {"name": [None, "Blue Harvest"], "owner": [None, "nora@acme.test"]}


@pytest.mark.parametrize(
    ("name", "slugs"),
    [
        ("Acme", ["acme", "acme-2", "acme-3"]),
        ("Команда", ["team", "team-2", "team-3"]),
        ("-", ["team", "team-2", "team-3"]),
        ("x" * 80, ["x" * 44, "x" * 44 + "-2", "x" * 44 + "-3"]),
    ],
)
def test_each_team_gets_an_address_of_its_own(name: str, slugs: list[str], nora: User) -> None:
    teams = [team_create(actor=SYSTEM, name=name, owner=nora) for _ in slugs]
    assert [team.slug for team in teams] == slugs


@pytest.mark.django_db(transaction=True)
def test_teams_of_one_name_made_at_once_get_two_addresses(nora: User) -> None:
    def create(_: int) -> str:
        try:
            return team_create(actor=SYSTEM, name="Acme", owner=nora).slug
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(create, range(3))) == ["acme", "acme-2", "acme-3"]


def test_renaming_keeps_the_address(team: Team, admin: User) -> None:
    team_rename(actor=actor_of(admin, team), team=team, name="Acme Corporation")
    team.refresh_from_db()
    assert (team.name, team.slug) == ("Acme Corporation", "acme")
    assert AuditEntry.objects.get().changes == {"name": ["Acme", "Acme Corporation"]}


def test_the_same_name_again_is_no_event(team: Team, admin: User) -> None:
    team_rename(actor=actor_of(admin, team), team=team, name="Acme")
    assert not AuditEntry.objects.exists()


def test_an_operator_does_not_rename(team: Team, operator: User) -> None:
    with pytest.raises(PermissionDenied, match="you may not rename the team"):
        team_rename(actor=actor_of(operator, team), team=team, name="Operators")
