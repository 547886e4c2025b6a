"""Whoever lost all second factors gets in again by the one who runs the server, in the open."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client, override_settings
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Team
from tests.cast import PASSWORD
from tests.mail import NO_MAIL_SERVER


@pytest.fixture
def locked_out(owner: User, team: Team) -> User:
    TOTP.activate(owner, "JBSWY3DPEHPK3PXP")
    RecoveryCodes.activate(owner)
    return owner


def test_the_password_alone_logs_in_and_all_are_told(
    locked_out: User, team: Team, client: Client
) -> None:
    call_command("person_reset_mfa", "Olga@acme.test")
    assert not Authenticator.objects.exists()
    client.post("/account/login/", {"login": locked_out.email, "password": PASSWORD})
    assert client.get(reverse("profile")).status_code == 200
    entry = AuditEntry.objects.get(team_id=team.pk, action="person.reset_mfa")
    assert (entry.actor_name, entry.target_name) == ("Panel", "olga@acme.test")
    assert entry.changes == {"second_factors": ["recovery_codes, totp", None]}
    (message,) = mail.outbox
    assert message.to == ["olga@acme.test"]
    assert "/account/2fa/" in message.body


def test_without_a_mail_server_it_is_done_all_the_same(locked_out: User) -> None:
    with override_settings(**NO_MAIL_SERVER):
        call_command("person_reset_mfa", locked_out.email)
    assert not Authenticator.objects.exists()


@pytest.mark.django_db
def test_what_it_cannot_do_it_says(owner: User) -> None:
    with pytest.raises(CommandError, match="has no second factor"):
        call_command("person_reset_mfa", owner.email)
    with pytest.raises(CommandError, match="Nobody here"):
        call_command("person_reset_mfa", "nobody@acme.test")
