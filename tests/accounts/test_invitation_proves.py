"""Only an invitation's link that came by mail shows whose the address is."""

import re
from collections.abc import Callable

import pytest
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse
from pytest_django.asserts import assertContains, assertRedirects

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from controlpanel.teams.services.invitation import MOST_PROOFS_AN_HOUR
from tests.cast import actor_of
from tests.mail import NO_MAIL_SERVER

SIGNUP = "/account/signup/"
FILLED = {"name": "Nina New", "password1": "a long enough secret"}


@pytest.fixture(autouse=True)
def mails_are_sent(settings: object) -> None:
    settings.MAILS_ARE_SENT = True  # type: ignore[attr-defined]


@pytest.fixture
def shown(team: Team, admin: User) -> str:
    """The token of the link that the inviter sees."""
    actor = actor_of(admin, team)
    new = invitation_create(actor=actor, team=team, email="nina@acme.test", role=Role.VIEWER)
    return new.link.rstrip("/").rpartition("/")[2]


def mailed() -> str:
    (token,) = re.findall(r"/invitations/(\S+)/", str(mail.outbox[-1].body))
    assert mail.outbox[-1].to == ["nina@acme.test"]
    return str(token)


def page_of(token: str) -> str:
    return reverse("invitation-accept", args=[token])


def sign_up(client: Client, token: str) -> User | None:
    client.post(f"{SIGNUP}?invitation={token}", FILLED | {"invitation": token})
    return User.objects.filter(email="nina@acme.test").first()


@pytest.mark.usefixtures("shown")
def test_the_mailed_link_makes_an_account_with_a_verified_address(client: Client) -> None:
    token = mailed()
    assertContains(client.get(page_of(token)), "Create your account")
    nina = sign_up(client, token)
    assert nina
    assert nina.is_verified
    client.post(page_of(token))
    assert nina.memberships.count() == 1


def test_the_link_that_the_inviter_sees_makes_none(client: Client, shown: str) -> None:
    assertContains(client.get(page_of(shown)), "the link has to come by mail")
    assertRedirects(client.get(SIGNUP, {"invitation": shown}), page_of(shown))
    assert sign_up(client, shown) is None


def test_whoever_holds_it_has_the_mail_sent_and_goes_on_with_that(
    client: Client, shown: str
) -> None:
    mail.outbox.clear()
    answer = client.post(page_of(shown), follow=True)
    assertContains(answer, "A mail is on its way to nina@acme.test.")
    nina = sign_up(client, mailed())
    assert nina
    assert nina.is_verified


@pytest.mark.parametrize("forged", ["{}.x", "{}.", "{}.{}", ".{}"])
def test_a_proof_cannot_be_made_up(client: Client, shown: str, forged: str) -> None:
    assert sign_up(client, forged.format(shown, shown)) is None


def test_the_proof_of_another_invitation_is_none(
    client: Client, shown: str, team: Team, admin: User
) -> None:
    actor = actor_of(admin, team)
    invitation_create(actor=actor, team=team, email="other@acme.test", role=Role.VIEWER)
    (theirs,) = re.findall(r"/invitations/(\S+)/", str(mail.outbox[-1].body))
    assert sign_up(client, f"{shown}.{theirs.partition('.')[2]}") is None


def test_mails_are_bounded_and_a_server_that_is_away_is_told(client: Client, shown: str) -> None:
    with override_settings(**NO_MAIL_SERVER):
        answer = client.post(page_of(shown), follow=True)
    assertContains(answer, "The mail could not be sent")
    mail.outbox.clear()
    for _ in range(MOST_PROOFS_AN_HOUR + 2):
        answer = client.post(page_of(shown), follow=True)
    assertContains(answer, "Several mails were sent within the hour")
    assert len(mail.outbox) == MOST_PROOFS_AN_HOUR - 1


def test_where_no_mail_is_sent_at_all_the_address_is_not_verified_by_the_link(
    client: Client, shown: str, settings: object
) -> None:
    settings.MAILS_ARE_SENT = False  # type: ignore[attr-defined]
    nina = sign_up(client, shown)
    assert nina
    assert not nina.is_verified


def test_who_has_an_account_logs_in_as_ever(
    client: Client, shown: str, client_for: Callable[[User], Client]
) -> None:
    nina = User.objects.create_user("nina@acme.test", "a long enough secret", name="Nina")
    assertContains(client.get(page_of(shown)), "Log in as nina@acme.test to join.")
    client_for(nina).post(page_of(shown))
    assert nina.memberships.count() == 1
