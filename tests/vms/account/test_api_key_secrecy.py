"""The API key is seen by nobody after it was typed: not on pages, in the log, in errors."""

import logging
from collections.abc import Callable

import pytest
from django.contrib.sessions.models import Session
from django.db import connection
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.accounts import FULL_KEY, KEYS, REVOKED_KEY, ApiKey
from controlpanel.teams.models import Team
from vms.models import FluenceAccount

pytestmark = pytest.mark.usefixtures("sim")
KEY = "flnc-0123456789-swordfish-abcd"
GARBAGE = "swordfish with spaces"


@pytest.fixture
def browser(client_for: Callable[[User], Client], owner: User) -> Client:
    return client_for(owner)


@pytest.fixture
def url(team: Team) -> str:
    return reverse("vms:account", kwargs={"slug": team.slug})


def test_a_key_that_is_kept_shows_only_its_end(
    browser: Client,
    url: str,
    team: Team,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setitem(KEYS, KEY, KEYS[FULL_KEY])
    caplog.set_level(logging.DEBUG)
    assert browser.post(url, {"api_key": f"  {KEY} "}).status_code == 302
    for page in (url, reverse("teams:audit", kwargs={"slug": team.slug})):
        html = browser.get(page).content.decode()
        assert "swordfish" not in html
        assert "…abcd" in html
    assert FluenceAccount.objects.get().api_key() == KEY
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM teams_fluenceaccount")
        at_rest = str(cursor.fetchall())
    rest = str([*AuditEntry.objects.values(), *Session.objects.values()])
    assert "swordfish" not in at_rest + rest + caplog.text


@pytest.mark.parametrize("key", [GARBAGE, "swordfish", "swordfish-é"])
def test_a_key_that_is_refused_is_not_shown_again(
    browser: Client, url: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    response = browser.post(url, {"api_key": key})
    assert response.status_code == 422
    html = response.content.decode()
    assert "Fluence does not accept this key" in html
    assert "swordfish" not in html + caplog.text
    assert not FluenceAccount.objects.exists()


def test_nothing_typed_is_told_beside_the_field(browser: Client, url: str) -> None:
    for data in ({}, {"api_key": " "}):
        response = browser.post(url, data)
        assert response.status_code == 422
        assert "This field is required" in response.content.decode()


def test_a_revoked_key_is_told_and_the_old_one_stays(
    account: FluenceAccount, browser: Client, url: str
) -> None:
    assert browser.post(url, {"api_key": REVOKED_KEY}).status_code == 422
    assert FluenceAccount.objects.get().api_key() == FULL_KEY


def test_a_read_only_key_is_said_to_be_one(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    html = browser.post(url, {"api_key": "sim-demo-readonly"}, follow=True).content.decode()
    assert "The key is read-only" in html
    assert "read-only key" in html


def test_a_key_that_cannot_even_read_vms_is_refused(
    browser: Client, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scopes = ("clusters:read",)
    monkeypatch.setitem(KEYS, KEY, ApiKey(KEYS[FULL_KEY].account_id, scopes))
    response = browser.post(url, {"api_key": KEY})
    assert "may not read VMs" in response.content.decode()


def test_an_operator_sees_the_account_but_no_form(
    account: FluenceAccount, url: str, client_for: Callable[[User], Client], operator: User
) -> None:
    client = client_for(operator)
    html = client.get(url).content.decode()
    assert "cloud@example.com" in html
    assert "api_key" not in html
    assert client.post(url, {"api_key": FULL_KEY}).status_code == 403


def test_it_is_disconnected_by_a_post_and_in_no_other_way(
    account: FluenceAccount, browser: Client, team: Team
) -> None:
    url = reverse("vms:account-disconnect", kwargs={"slug": team.slug})
    assert browser.get(url).status_code == 405
    html = browser.post(url, follow=True).content.decode()
    assert "The Fluence account is disconnected" in html
    assert not FluenceAccount.objects.exists()
