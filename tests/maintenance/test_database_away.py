"""While the database is in trouble people are told in words, once per request and soon."""

import sqlite3
from collections.abc import Callable, Iterator

import pytest
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team

Break = Callable[[Exception], list[str]]


@pytest.fixture
def breaks(monkeypatch: pytest.MonkeyPatch) -> Iterator[Break]:
    """Let the database fail from now on; returns the tries that are made."""

    def begin(error: Exception) -> list[str]:
        tries: list[str] = []

        def cursor(*_: object) -> None:
            tries.append("asked")
            raise error

        monkeypatch.setattr(BaseDatabaseWrapper, "cursor", cursor)
        return tries

    yield begin
    monkeypatch.undo()


@pytest.fixture
def browser(owner: User) -> Client:
    client = Client(raise_request_exception=False)
    client.force_login(owner)
    return client


def full() -> Exception:
    cause = sqlite3.OperationalError("database or disk is full")
    cause.sqlite_errorcode = sqlite3.SQLITE_FULL
    error = OperationalError("database or disk is full")
    error.__cause__ = cause
    return error


def test_a_page_says_so_once_and_comes_back_by_itself(
    browser: Client, team: Team, breaks: Break, caplog: pytest.LogCaptureFixture
) -> None:
    tries = breaks(OperationalError("connection refused\nIs the server running?"))
    answer = browser.get(f"/t/{team.slug}/vms/")
    html = answer.content.decode()
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "10")
    assert answer.headers["X-Request-Id"]
    assert '<meta http-equiv="refresh" content="10">' in html
    assert "The panel's database does not answer" in html
    assert "connection refused" not in html
    assert len(tries) == 1, "each try may take seconds"
    said = [record for record in caplog.records if record.levelname == "ERROR"]
    assert [record.getMessage() for record in said] == [
        "GET: the database failed: connection refused"
    ]
    assert said[0].exc_info is None


def test_a_form_is_told_to_look_before_it_is_sent_again(
    browser: Client, team: Team, breaks: Break
) -> None:
    breaks(full())
    answer = browser.post(f"/t/{team.slug}/vms/new/", {"name": "web-1"})
    html = answer.content.decode()
    assert answer.status_code == 503
    assert "http-equiv" not in html
    assert "The panel has no room left to write" in html
    assert "Before you send this again, look at the list" in html


def test_any_other_error_is_the_panels_own(
    browser: Client, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    def breaks(**_: object) -> None:
        raise KeyError("disk")

    monkeypatch.setattr("vms.vm.views.list.vm_list_for_team", breaks)
    answer = browser.get(f"/t/{team.slug}/vms/")
    assert answer.status_code == 500
    assert "Something broke on our side" in answer.content.decode()


def test_whether_it_lives_is_told_all_the_same(breaks: Break) -> None:
    tries = breaks(OperationalError("connection refused"))
    assert Client().get("/healthz").status_code == 200
    told = Client().get("/readyz").json()
    states = {name: part["state"] for name, part in told.items() if name != "ready"}
    assert states.pop("broker") == "ok"
    assert states == dict.fromkeys(("database", "beat", "poll", "keys"), "failing")
    assert len(tries) == 1
