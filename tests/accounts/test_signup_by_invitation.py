"""Sign-up is for whoever sends an open invitation's link along, and for its address alone."""

from collections.abc import Callable

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertRedirects

from controlpanel.accounts import forms
from controlpanel.accounts.models import User
from controlpanel.teams.models import INVITATION_LIFETIME, Invitation, Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create, invitation_revoke
from tests.cast import actor_of, person_create

SIGNUP = "/account/signup/"
FILLED = {"name": "Nina New", "password1": "a long enough secret"}

Invite = Callable[..., str]


@pytest.fixture
def invite(team: Team, admin: User) -> Invite:
    """Invite an address; return the token of the link."""

    def make(email: str = "nina@acme.test") -> str:
        actor = actor_of(admin, team)
        new = invitation_create(actor=actor, team=team, email=email, role=Role.VIEWER)
        return new.link.rstrip("/").rpartition("/")[2]

    return make


def send(client: Client, token: str, **changed: str) -> str:
    """Send the form as the page of that link has it; return where it leads."""
    answer = client.post(SIGNUP, {**FILLED, "invitation": token, **changed})
    return str(answer.headers.get("Location", ""))


def page_of(token: str) -> str:
    return reverse("invitation-accept", args=[token])


@pytest.mark.django_db
@pytest.mark.parametrize("token", ["", "no/such?link", "x" * 201])
def test_without_an_invitation_sign_up_is_closed(client: Client, token: str) -> None:
    assertContains(client.get(SIGNUP, {"invitation": token}), "By invitation only")
    client.post(SIGNUP, {**FILLED, "email": "nina@acme.test", "invitation": token})
    assert not User.objects.exists()


@pytest.mark.django_db
def test_a_made_up_link_makes_no_account(client: Client) -> None:
    assertRedirects(
        client.post(SIGNUP, {**FILLED, "invitation": "made-up"}),
        page_of("made-up"),
        target_status_code=404,
    )
    assert not User.objects.exists()


def test_the_form_holds_the_invited_address_and_the_link(client: Client, invite: Invite) -> None:
    token = invite()
    html = client.get(SIGNUP, {"invitation": token}).content.decode()
    assert "nina@acme.test" in html
    assert "disabled" in html
    assert f'name="invitation" value="{token}"' in html


def test_a_new_person_goes_on_to_accept_the_invitation(client: Client, invite: Invite) -> None:
    token = invite()
    assert send(client, token) == page_of(token)
    assert User.objects.get(email="nina@acme.test").name == "Nina New"
    assert client.get(reverse("profile")).status_code == 200


def test_another_address_cannot_be_put_in(client: Client, invite: Invite) -> None:
    send(client, invite(), email="mallory@evil.test")
    assert User.objects.filter(email="nina@acme.test").exists()
    assert not User.objects.filter(email="mallory@evil.test").exists()


def test_a_weak_password_is_refused_beside_its_field(client: Client, invite: Invite) -> None:
    data = {**FILLED, "password1": "password", "invitation": invite()}
    html = client.post(SIGNUP, data).content.decode()
    assert "too common" in html
    assert 'id="id_password1_error"' in html
    assert "Nina New" in html
    assert not User.objects.filter(email="nina@acme.test").exists()


def test_of_two_in_two_tabs_the_one_that_is_sent_makes_the_account(
    client: Client, invite: Invite
) -> None:
    first, second = invite("nina@acme.test"), invite("nick@acme.test")
    for token in (first, second):
        client.get(page_of(token))
        client.get(SIGNUP, {"invitation": token})
    assert send(client, first) == page_of(first)
    assert User.objects.filter(email__startswith="ni").get().email == "nina@acme.test"


def revoke(team: Team, admin: User) -> None:
    invitation_revoke(actor=actor_of(admin, team), invitation=Invitation.objects.get())


def send_again(team: Team, admin: User) -> None:
    revoke(team, admin)
    actor = actor_of(admin, team)
    invitation_create(actor=actor, team=team, email="nina@acme.test", role=Role.VIEWER)


def take_the_inviters_right(_team: Team, admin: User) -> None:
    Membership.objects.filter(user=admin).update(role=Role.VIEWER)


@pytest.mark.parametrize(
    ("end", "words"),
    [
        (revoke, "This invitation was revoked."),
        (send_again, "This invitation was revoked."),
        (take_the_inviters_right, "Adam may not invite to this team any more."),
    ],
)
def test_one_that_ended_since_the_page_was_opened_makes_no_account(
    client: Client,
    invite: Invite,
    team: Team,
    admin: User,
    end: Callable[[Team, User], None],
    words: str,
) -> None:
    token = invite()
    client.get(SIGNUP, {"invitation": token})
    end(team, admin)
    assertRedirects(client.post(SIGNUP, {**FILLED, "invitation": token}), page_of(token))
    assertContains(client.get(page_of(token)), words)
    assert not User.objects.filter(email="nina@acme.test").exists()


def test_nor_does_one_that_has_expired(client: Client, invite: Invite) -> None:
    token = invite()
    with time_machine.travel(timezone.now() + INVITATION_LIFETIME):
        assert send(client, token) == page_of(token)
    assert not User.objects.filter(email="nina@acme.test").exists()


def test_nor_one_that_ends_while_the_form_is_checked(
    client: Client, invite: Invite, team: Team, admin: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    token, clean = invite(), forms.SignupForm.clean

    def clean_and_revoke(form: forms.SignupForm) -> object:
        revoke(team, admin)
        return clean(form)

    monkeypatch.setattr(forms.SignupForm, "clean", clean_and_revoke)
    assert send(client, token) == page_of(token)
    assert not User.objects.filter(email="nina@acme.test").exists()


def test_who_has_an_account_is_asked_to_log_in(client: Client, invite: Invite) -> None:
    token = invite()
    person_create("Nina")
    assert send(client, token) == page_of(token)
    assertContains(client.get(page_of(token)), "Log in as nina@acme.test to join.")
