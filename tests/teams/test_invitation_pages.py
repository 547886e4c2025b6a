"""From the invite form to the first page in the team, for everybody who may hold a link."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import INVITATION_LIFETIME, Invitation, Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from tests.cast import actor_of, person_create

ClientFor = Callable[[User], Client]
INVITE = "/t/acme/invitations/"
MEMBERS = "/t/acme/members/"


@pytest.fixture
def link(team: Team, admin: User) -> str:
    new = invitation_create(
        actor=actor_of(admin, team), team=team, email="nora@acme.test", role=Role.OPERATOR
    )
    return new.link.removeprefix("http://testserver")


def test_the_link_is_shown_once(admin: User, client_for: ClientFor) -> None:
    client = client_for(admin)
    answer = client.post(INVITE, {"email": "nora@acme.test", "role": "viewer"})
    assertContains(answer, "http://testserver/invitations/")
    assert "no-store" in answer["Cache-Control"]
    page = client.get(MEMBERS)
    assertContains(page, "nora@acme.test")
    assertNotContains(page, "http://testserver/invitations/")
    assertRedirects(client.get(INVITE), MEMBERS)


def test_htmx_swaps_the_invitations_alone(admin: User, client_for: ClientFor) -> None:
    headers = {"HX-Request": "true", "HX-Target": "invitations"}
    data = {"email": "nora@acme.test", "role": "viewer"}
    answer = client_for(admin).post(INVITE, data, headers=headers)
    assertContains(answer, "http://testserver/invitations/")
    assertNotContains(answer, "<html")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"email": "nora", "role": "viewer"}, "Enter a valid email address."),
        ({"email": "adam@acme.test", "role": "viewer"}, "is already a member of this team."),
        ({"email": "nora@acme.test", "role": "owner"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_invited_is_said_beside_the_field(
    data: dict[str, str], words: str, admin: User, client_for: ClientFor
) -> None:
    answer = client_for(admin).post(INVITE, data)
    assertContains(answer, words, status_code=422)
    assertContains(answer, f'value="{data["email"]}"', status_code=422)
    assert not Invitation.objects.exists()


def test_revoking(admin: User, link: str, client_for: ClientFor, client: Client) -> None:
    invitation = Invitation.objects.get()
    revoke = f"{INVITE}{invitation.pk}/revoke/"
    assertContains(client_for(admin).get(MEMBERS), revoke)
    answer = client_for(admin).post(revoke, follow=True)
    assertContains(answer, "The invitation of nora@acme.test is revoked.")
    assertNotContains(answer, revoke)
    assertContains(client.get(link), "This invitation was revoked.")


def test_another_teams_invitation_is_not_there(
    link: str, outsider: User, client_for: ClientFor
) -> None:
    pk = Invitation.objects.get().pk
    assert client_for(outsider).post(f"/t/globex/invitations/{pk}/revoke/").status_code == 404


def test_a_newcomer_signs_up_and_joins(link: str, client: Client) -> None:
    page = client.get(link)
    assertContains(page, "Adam invites nora@acme.test to the team <strong>Acme</strong>")
    assertContains(page, "Create your account")
    token = link.strip("/").rpartition("/")[2]
    assertContains(page, f"/account/signup/?invitation={token}")
    data = {"name": "Nora", "password1": "another horse entirely", "invitation": token}
    answer = client.post("/account/signup/", data)
    assertRedirects(answer, link)
    assertRedirects(client.post(link), "/t/acme/", fetch_redirect_response=False)
    assert Membership.objects.get(user__email="nora@acme.test").role == "operator"


def test_an_expired_one_offers_no_sign_up(link: str, client: Client) -> None:
    with time_machine.travel(timezone.now() + INVITATION_LIFETIME):
        page = client.get(link)
    assertContains(page, "This invitation has expired.")
    assertNotContains(page, "/account/signup/")


def test_who_has_a_login_is_asked_to_use_it(link: str, client: Client) -> None:
    person_create("Nora")
    assertContains(client.get(link), f"/account/login/?next={link}")
    assertRedirects(
        client.post(link), f"/account/login/?next={link}", fetch_redirect_response=False
    )
    assert not Membership.objects.filter(user__email="nora@acme.test").exists()


def test_joining_twice_is_no_harm(link: str, client_for: ClientFor) -> None:
    client = client_for(person_create("Nora"))
    assertContains(client.get(link), "Join Acme")
    for _ in range(2):
        assertRedirects(client.post(link), "/t/acme/", fetch_redirect_response=False)
    assertContains(client.get(link), "You are in this team already.")


def test_the_wrong_person_is_told_whose_it_is(
    link: str, outsider: User, client_for: ClientFor
) -> None:
    client = client_for(outsider)
    words = "This invitation is for nora@acme.test, and you are logged in as oscar@globex.test."
    assertContains(client.get(link), words)
    assertContains(client.post(link), words, status_code=409)
    assert not Membership.objects.filter(user=outsider, team__slug="acme").exists()


def test_a_made_up_link_leads_nowhere(db: None, client: Client) -> None:
    assert client.get("/invitations/made-up/").status_code == 404
