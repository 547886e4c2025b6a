"""An address is verified by a mail to it, or by whoever runs the server; then a second factor can
be set up.
"""

import re
from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import call_command
from django.test import Client, override_settings
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from controlpanel.accounts.models import User
from controlpanel.accounts.verification import MOST_MAILS_AN_HOUR
from tests.cast import PASSWORD
from tests.mail import NO_MAIL_SERVER

pytestmark = pytest.mark.django_db
PUBLIC = "https://console.example.com"
ACTIVATE = "/account/2fa/totp/activate/"


@pytest.fixture
def ada() -> User:
    """Somebody whose address nobody has verified, as the log-in finds her."""
    user = User.objects.create_user("ada@acme.test", PASSWORD, name="Ada")
    EmailAddress.objects.create(user=user, email=user.email, primary=True)
    return user


@pytest.fixture
def browser(ada: User, client_for: Callable[[User], Client]) -> Client:
    return client_for(ada)


def is_verified(person: User) -> bool:
    return person.is_verified


def mailed(browser: Client) -> str:
    """Ask for the mail under another name; return the path of its link."""
    with override_settings(PUBLIC_URL=PUBLIC, ALLOWED_HOSTS=["*"]):
        browser.post(reverse("address-verify"), headers={"Host": "evil.example"})
    body = str(mail.outbox[-1].body)
    assert mail.outbox[-1].to == ["ada@acme.test"]
    assert "evil.example" not in body
    (link,) = re.findall(rf"{PUBLIC}(/account/address/confirm/\S+)", body)
    return str(link)


def test_the_owner_of_a_new_server_can_set_up_a_second_factor(
    client_for: Callable[[User], Client],
) -> None:
    call_command("team_create", "Acme", "olga@acme.test")
    olga = User.objects.get()
    assert is_verified(olga)
    olga.set_password(PASSWORD)
    olga.save()
    browser = client_for(olga)
    assertContains(browser.get(reverse("mfa_index")), ACTIVATE)
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assertContains(browser.get(ACTIVATE), "secret")


def test_without_it_the_page_says_what_to_do_first(browser: Client) -> None:
    page = browser.get(reverse("mfa_index"))
    assertContains(page, "Verify your address first")
    assertContains(page, reverse("profile"))
    assertNotContains(page, ACTIVATE)
    assertContains(browser.get(reverse("profile")), "Not verified")


def test_the_link_of_the_mail_verifies_it(browser: Client, ada: User) -> None:
    link = mailed(browser)
    page = browser.get(link)
    assertContains(page, "Is ada@acme.test the address of your account here?")
    assert not is_verified(ada), "a scanner of mails opens links, and means nothing by it"
    assertContains(browser.post(link, follow=True), "The address ada@acme.test is verified.")
    assert is_verified(ada)
    assertContains(browser.get(reverse("mfa_index")), ACTIVATE)
    assertContains(browser.get(reverse("profile")), "Verified")


def test_a_link_that_was_altered_or_has_ended_verifies_nothing(browser: Client, ada: User) -> None:
    link = mailed(browser)
    for wrong in (f"{link[:-2]}/", link.replace("confirm/", "confirm/x")):
        assertContains(browser.get(wrong), "This link has ended")
        assert browser.post(wrong).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(days=4)):
        assertContains(Client().get(link), "This link has ended")
    assert not is_verified(ada)


def test_a_link_is_of_one_address(browser: Client, ada: User) -> None:
    link = mailed(browser)
    EmailAddress.objects.all().delete()
    assertContains(browser.get(link), "This link has ended")
    assert not is_verified(ada)


def test_there_are_not_more_mails_than_anybody_needs(browser: Client) -> None:
    for _ in range(MOST_MAILS_AN_HOUR + 2):
        answer = browser.post(reverse("address-verify"), follow=True)
    assert len(mail.outbox) == MOST_MAILS_AN_HOUR
    assertContains(answer, "Several mails were sent within the hour.")


def test_a_mail_server_that_is_away_is_told(browser: Client) -> None:
    with override_settings(**NO_MAIL_SERVER):
        answer = browser.post(reverse("address-verify"), follow=True)
    assertContains(answer, "The mail could not be sent")
