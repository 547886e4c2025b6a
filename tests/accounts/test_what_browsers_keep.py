"""Pages of a person are kept by their browser alone, secrets by nobody; devices stay shut."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.cast import PASSWORD

ClientFor = Callable[[User], Client]


@pytest.mark.parametrize("path", ["/t/acme/vms/", "/t/acme/members/", "/account/profile/", "/nope"])
def test_a_page_of_a_person_is_private_and_asked_for_again(
    viewer: User, client_for: ClientFor, path: str
) -> None:
    kept = client_for(viewer).get(path).headers["Cache-Control"]
    assert set(kept.split(", ")) == {"private", "no-cache"}


def test_a_page_with_secrets_is_not_kept(viewer: User, client_for: ClientFor) -> None:
    client = client_for(viewer)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.status_code == 200
    assert "no-store" in answer.headers["Cache-Control"]


@pytest.mark.django_db
@pytest.mark.parametrize("name", ["account_login", "account_reset_password"])
def test_a_form_with_a_token_is_not_for_others(client: Client, name: str) -> None:
    assert "private" in client.get(reverse(name)).headers["Cache-Control"]


def test_what_is_nobodys_may_be_kept(client: Client) -> None:
    assert client.get(reverse("columns")).headers["Cache-Control"] == "max-age=3600"


@pytest.mark.django_db
def test_a_page_may_use_nothing_of_the_device_but_the_clipboard(client: Client) -> None:
    policy = client.get(reverse("account_login")).headers["Permissions-Policy"]
    assert {"camera=()", "microphone=()", "geolocation=()"} <= set(policy.split(", "))
    assert "clipboard-write=(self)" in policy
