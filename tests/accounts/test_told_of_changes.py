"""A person is told by mail of changes of their password and second factors."""

import logging
from collections.abc import Callable
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.totp.internal.auth import TOTP
from django.core import mail
from django.test import Client, override_settings
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.cast import PASSWORD
from tests.mail import NO_MAIL_SERVER

pytestmark = pytest.mark.django_db
NEW = "another correct battery"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHANGE = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}


@pytest.fixture
def browser(client_for: Callable[[User], Client], owner: User) -> Client:
    EmailAddress.objects.create(user=owner, email=owner.email, primary=True, verified=True)
    browser = client_for(owner)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def told(browser: Client, name: str, **form: Any) -> tuple[str, str]:
    """Do something; return subject and text of the one mail to the owner."""
    response = browser.post(reverse(name), form, headers={"User-Agent": FIREFOX})
    assert response.status_code == 302, response.content
    (message,) = mail.outbox
    assert message.to == ["olga@acme.test"]
    return str(message.subject), str(message.body)


def test_a_new_password(browser: Client) -> None:
    subject, text = told(browser, "account_change_password", **CHANGE)
    assert subject == "Your password was changed: Fluence console"
    assert "from 127.0.0.1, with Firefox on Linux." in text
    assert "If it was not you" in text
    assert NEW not in text


def test_a_second_factor_that_is_turned_off(browser: Client, owner: User) -> None:
    TOTP.activate(owner, "JBSWY3DPEHPK3PXP")
    subject, text = told(browser, "mfa_deactivate_totp")
    assert subject == "Two-factor was turned off: Fluence console"
    assert "the password alone opens your account" in text


@pytest.mark.django_db(transaction=True)
def test_new_recovery_codes(browser: Client, owner: User) -> None:
    TOTP.activate(owner, "JBSWY3DPEHPK3PXP")
    subject, text = told(browser, "mfa_generate_recovery_codes")
    assert subject == "New recovery codes: Fluence console"
    assert "The ones before do not work any more." in text


def test_a_mail_server_that_is_away_stops_no_change(
    browser: Client, owner: User, caplog: pytest.LogCaptureFixture
) -> None:
    with override_settings(**NO_MAIL_SERVER), caplog.at_level(logging.WARNING):
        response = browser.post(reverse("account_change_password"), CHANGE)
    assert response.status_code == 302
    owner.refresh_from_db()
    assert owner.check_password(NEW)
    assert f"person {owner.pk}: not told of password_changed" in caplog.text
