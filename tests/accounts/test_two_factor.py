from collections.abc import Callable

import pytest
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from tests.cast import PASSWORD

SECRET = "JBSWY3DPEHPK3PXP"


@pytest.fixture
def guarded(owner: User) -> User:
    """The owner with an authenticator app and recovery codes."""
    TOTP.activate(owner, SECRET)
    RecoveryCodes.activate(owner)
    return owner


def code_now() -> str:
    counter = next(yield_hotp_counters_from_time())
    code: str = format_hotp_value(hotp_value(SECRET, counter))
    return code


def test_the_secret_is_encrypted_at_rest(guarded: User) -> None:
    kept = Authenticator.objects.get(type="totp").data["secret"]
    assert SECRET not in kept
    assert get_adapter().decrypt(kept) == SECRET
    seed = Authenticator.objects.get(type="recovery_codes").data["seed"]
    assert get_adapter().decrypt(seed) != seed


def test_the_password_alone_no_longer_logs_in(client: Client, guarded: User) -> None:
    answer = client.post("/account/login/", {"login": guarded.email, "password": PASSWORD})
    assert answer.headers["Location"] == reverse("mfa_authenticate")
    assert client.get(reverse("profile")).status_code == 302


def test_the_code_of_the_app_completes_the_login(client: Client, guarded: User) -> None:
    client.post("/account/login/", {"login": guarded.email, "password": PASSWORD})
    client.post(reverse("mfa_authenticate"), {"code": code_now()})
    assert client.get(reverse("profile")).status_code == 200


def test_a_recovery_code_completes_the_login_once(client: Client, guarded: User) -> None:
    code = RecoveryCodes(Authenticator.objects.get(type="recovery_codes")).get_unused_codes()[0]
    credentials = {"login": guarded.email, "password": PASSWORD}
    client.post("/account/login/", credentials)
    client.post(reverse("mfa_authenticate"), {"code": code})
    assert client.get(reverse("profile")).status_code == 200

    client.post("/account/logout/")
    client.post("/account/login/", credentials)
    answer = client.post(reverse("mfa_authenticate"), {"code": code})
    assert "Incorrect code" in answer.content.decode()


def test_setting_up_asks_for_the_password_again(
    owner: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(owner)
    answer = client.get(reverse("mfa_activate_totp"))
    assert answer.headers["Location"].startswith(reverse("account_reauthenticate"))
    page = client.post(
        reverse("account_reauthenticate"),
        {"password": PASSWORD, "next": reverse("mfa_activate_totp")},
        follow=True,
    )
    assert "Scan this with the app" in page.content.decode()


@pytest.mark.parametrize(
    ("page", "words"),
    [
        ("mfa_index", "10 left"),
        ("mfa_view_recovery_codes", "10 of 10 are left"),
        ("mfa_generate_recovery_codes", "The 10 you have now stop working"),
        ("mfa_deactivate_totp", "Turn off two-factor?"),
    ],
)
def test_its_pages_say_how_things_stand(
    page: str, words: str, client: Client, guarded: User
) -> None:
    client.force_login(guarded)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert words in client.get(reverse(page)).content.decode()
