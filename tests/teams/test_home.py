"""Where a person lands, how a team begins, and its settings."""

from collections.abc import Callable

from django.test import Client
from pytest_django import DjangoAssertNumQueries
from pytest_django.asserts import assertContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from tests.cast import actor_of, person_create

ClientFor = Callable[[User], Client]


def leads_to(client: Client, slug: str) -> None:
    assertRedirects(client.get("/"), f"/t/{slug}/", fetch_redirect_response=False)


def test_home_is_the_team_looked_at_last(
    owner: User, other_team: Team, client_for: ClientFor
) -> None:
    Membership.objects.create(team=other_team, user=owner, role=Role.VIEWER)
    client = client_for(owner)
    leads_to(client, "acme")
    client.get("/t/globex/members/")
    leads_to(client, "globex")
    other_team.memberships.all().delete()
    leads_to(client, "acme")


def test_without_a_team_there_is_a_way_on(team: Team, admin: User, client_for: ClientFor) -> None:
    nora = person_create("Nora")
    client = client_for(nora)
    page = client.get("/")
    assertContains(page, "Ask an owner or admin")
    assertContains(page, "Create team")
    invitation_create(actor=actor_of(admin, team), team=team, email=nora.email, role=Role.VIEWER)
    assertContains(client.get("/"), "Adam invited you to Acme")


def test_anybody_creates_a_team_and_owns_it(client_for: ClientFor, db: None) -> None:
    nora = person_create("Nora")
    client = client_for(nora)
    assertContains(client.get("/teams/new/"), "Team name")
    answer = client.post("/teams/new/", {"name": "Blue Harvest"})
    assertRedirects(answer, "/t/blue-harvest/", fetch_redirect_response=False)
    assert Membership.objects.get(user=nora).role == Role.OWNER


def test_a_team_needs_a_name(client_for: ClientFor, db: None) -> None:
    answer = client_for(person_create("Nora")).post("/teams/new/", {"name": "  "})
    assertContains(answer, "This field is required.", status_code=422)
    assert not Team.objects.exists()


def test_renaming(admin: User, client_for: ClientFor) -> None:
    client = client_for(admin)
    answer = client.post("/t/acme/settings/", {"name": "Acme & Sons"}, follow=True)
    assertContains(answer, "The team is called Acme &amp; Sons now.")
    assertContains(client.post("/t/acme/settings/", {"name": ""}), "required", status_code=422)
    assert Team.objects.get().name == "Acme & Sons"


def test_a_refusal_names_the_role_and_the_act(viewer: User, client_for: ClientFor) -> None:
    answer = client_for(viewer).get("/t/acme/settings/")
    assertContains(answer, "you may not rename the team", status_code=403)


def test_a_page_without_a_team_asks_once_for_the_teams(
    owner: User, client_for: ClientFor, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    client = client_for(owner)
    client.get("/teams/new/")
    with django_assert_num_queries(2):  # the user and their teams; the session is cached
        assertContains(client.get("/teams/new/"), "Acme")
