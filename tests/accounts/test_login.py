import re

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.cast import PASSWORD

LOGIN = "/account/login/"


def log_in(client: Client, email: str, password: str = PASSWORD) -> int:
    return client.post(LOGIN, {"login": email, "password": password}).status_code


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("profile")).status_code == 200


def test_people_log_in_by_e_mail_in_any_case(client: Client, owner: User) -> None:
    assert log_in(client, owner.email.upper()) == 302
    assert is_logged_in(client)


def test_a_wrong_password_is_told_beside_the_form(client: Client, owner: User) -> None:
    answer = client.post(LOGIN, {"login": owner.email, "password": "wrong"})
    assert "not correct" in answer.content.decode()
    assert not is_logged_in(client)


def test_guessing_is_stopped_even_with_the_right_password(client: Client, owner: User) -> None:
    for _ in range(6):
        log_in(client, owner.email, "wrong")
    answer = client.post(LOGIN, {"login": owner.email, "password": PASSWORD})
    assert "Too many failed login attempts" in answer.content.decode()


def test_the_login_leads_to_the_page_that_was_asked_for(client: Client, owner: User) -> None:
    answer = client.get(reverse("profile"))
    assert answer.headers["Location"] == f"{LOGIN}?next=/account/profile/"
    answer = client.post(
        LOGIN, {"login": owner.email, "password": PASSWORD, "next": "/account/profile/"}
    )
    assert answer.headers["Location"] == "/account/profile/"


def test_the_login_leads_to_no_other_site(client: Client, owner: User) -> None:
    answer = client.post(
        LOGIN, {"login": owner.email, "password": PASSWORD, "next": "https://evil.test/"}
    )
    assert answer.headers["Location"] == "/"


def test_only_a_post_logs_out(client: Client, owner: User) -> None:
    client.force_login(owner)
    assert client.get("/account/logout/").status_code == 200
    assert is_logged_in(client)
    client.post("/account/logout/")
    assert not is_logged_in(client)


def test_a_forgotten_password_is_replaced_by_mail(client: Client, owner: User) -> None:
    client.post("/account/password/reset/", {"email": owner.email})
    [message] = mail.outbox
    assert message.subject == "Choose a new password for the Fluence console"
    link = re.search(r"http://testserver(\S+)", str(message.body))
    assert link
    page = client.get(link[1], follow=True)
    choose = page.redirect_chain[-1][0]
    client.post(choose, {"password1": "a brand new secret", "password2": "a brand new secret"})
    assert log_in(client, owner.email, "a brand new secret") == 302
    assert is_logged_in(client)


@pytest.mark.django_db
def test_asking_for_an_unknown_address_looks_the_same(client: Client) -> None:
    answer = client.post("/account/password/reset/", {"email": "nobody@acme.test"}, follow=True)
    assert "If an account has this address" in answer.content.decode()
