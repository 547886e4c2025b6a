"""A domain in its own script and in punycode is one domain, so that its people are one each."""

from collections.abc import Callable
from importlib import import_module

import pytest
from django.apps import apps
from django.core import mail
from django.db import connection
from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.lib.mail_address import MailAddressFormField, mail_address
from controlpanel.teams.models import Invitation, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import invitation_create
from tests.cast import actor_of

ASCII = "ada@xn--bcher-kva.example"
FORMS = ("ada@bücher.example", "Ada@BÜCHER.example", "ada@XN--BCHER-KVA.EXAMPLE", ASCII)
PASSWORD = "correct horse battery"


@pytest.mark.parametrize("written", FORMS)
def test_each_form_is_the_same_address(written: str) -> None:
    assert mail_address(written) == ASCII
    assert MailAddressFormField().clean(written) == ASCII


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("ADA@Example.COM", "ada@example.com"),
        ("ada@straße.example", "ada@xn--strae-oqa.example"),
        ("ada@ｅxample.com", "ada@example.com"),  # noqa: RUF001
        ("jose\u0301@example.com", "josé@example.com"),
        (" ada@example.com ", "ada@example.com"),
    ],
)
def test_forms_that_look_alike(written: str, kept: str) -> None:
    assert mail_address(written) == kept


@pytest.mark.django_db
@pytest.mark.parametrize("written", FORMS)
@pytest.mark.parametrize("registered", FORMS)
def test_one_logs_in_by_any_of_them(registered: str, written: str) -> None:
    User.objects.create_user(registered, PASSWORD)
    answer = Client().post("/account/login/", {"login": written, "password": PASSWORD})
    assert answer.status_code == 302
    assert User.objects.get(email=written).email == ASCII


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("registered", "typed"),
    [
        (ASCII, "Ada@bücher.example"),
        ("ada@xn--strae-oqa.example", "ada@straße.example"),
        ("ada@example.com", "ada@ｅxample.com"),  # noqa: RUF001
    ],
)
def test_a_reset_goes_to_the_address_that_is_stored_never_to_one_that_is_read_like_it(
    registered: str, typed: str
) -> None:
    User.objects.create_user(registered, PASSWORD)
    Client().post("/account/password/reset/", {"email": typed})
    (message,) = mail.outbox
    assert message.to == [registered]
    assert "choose one" in message.body


@pytest.mark.parametrize("written", FORMS)
def test_an_invitation_of_a_member_or_of_the_same_address_is_told(
    written: str, team: Team, admin: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(admin)
    first = {"email": FORMS[0], "role": "viewer"}
    assert client.post("/t/acme/invitations/", first).status_code == 200
    again = client.post("/t/acme/invitations/", {"email": written, "role": "viewer"})
    assert again.status_code == 422
    assert "already invited" in again.content.decode()
    assert Invitation.objects.get().email == ASCII


def test_who_is_invited_in_one_form_joins_in_the_other(
    team: Team, admin: User, client_for: Callable[[User], Client]
) -> None:
    new = invitation_create(
        actor=actor_of(admin, team), team=team, email=FORMS[0], role=Role.VIEWER
    )
    ada = User.objects.create_user(ASCII, PASSWORD)
    path = new.link.removeprefix("http://testserver")
    assert client_for(ada).post(path).status_code == 302
    assert team.memberships.filter(user=ada).exists()


@pytest.mark.django_db
def test_addresses_of_before_are_rewritten_unless_two_would_become_one(team: Team) -> None:
    def stored(email: str) -> User:
        user = User.objects.create_user("somebody@example.com")
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_user SET email = %s WHERE id = %s", [email, user.pk])
        return user

    alone = stored("ada@bücher.example")
    twin, other = stored("bob@bücher.example"), stored("bob@xn--bcher-kva.example")
    migration = import_module("controlpanel.teams.migrations.0005_mail_addresses")
    migration.addresses_normalize(apps, None)
    emails = dict(User.objects.values_list("pk", "email"))
    assert emails[alone.pk] == ASCII
    assert emails[twin.pk] == "bob@bücher.example"
    assert emails[other.pk] == "bob@xn--bcher-kva.example"
