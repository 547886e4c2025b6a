"""The mail server is away: one sentence says so, and none tells who has an account."""

import logging
import re
from collections.abc import Callable

import pytest
from django.test import Client, override_settings

from controlpanel.accounts.models import User
from controlpanel.teams.models import Invitation, Team
from tests.mail import NO_MAIL_SERVER

pytestmark = pytest.mark.django_db


def reset(email: str) -> tuple[int, str]:
    with override_settings(**NO_MAIL_SERVER):
        answer = Client().post("/account/password/reset/", {"email": email})
    # A token of 64 letters and digits, and the time of it, are others each time.
    page = re.sub(r"\b\w{64}\b|\d{4}-\d\d-\d\dT[\d:.+]+", "", answer.content.decode())
    return answer.status_code, page.replace(email, "")


def test_who_asks_for_a_new_password_is_told_alike_whether_known_or_not(
    caplog: pytest.LogCaptureFixture,
) -> None:
    User.objects.create_user("ada@acme.test", "correct horse battery")
    known = reset("ada@acme.test")
    assert known[0] == 503
    assert "The mail could not be sent: the mail server does not answer." in known[1]
    assert reset("nobody@acme.test") == known
    records = [record for record in caplog.records if record.levelno >= logging.ERROR]
    assert "controlpanel.lib.mail" in {record.name for record in records}
    assert not [record for record in records if record.exc_info]


def test_who_invites_is_told_to_hand_the_link_over(
    team: Team,
    admin: User,
    client_for: Callable[[User], Client],
    caplog: pytest.LogCaptureFixture,
) -> None:
    with override_settings(**NO_MAIL_SERVER):
        answer = client_for(admin).post(
            "/t/acme/invitations/", {"email": "nora@acme.test", "role": "viewer"}
        )
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "The link could not be mailed" in page
    assert "Hand it over yourself" in page
    assert "http://testserver/invitations/" in page
    assert Invitation.objects.get().state == Invitation.State.OPEN
    assert not [record for record in caplog.records if record.exc_info]
