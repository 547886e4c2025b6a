"""What one person may do within an hour is bounded, and said in words; so is what a form holds."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django.asserts import assertContains

from controlpanel.accounts import measure
from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Invitation, Team
from controlpanel.teams.services import invitation, team

ClientFor = Callable[[User], Client]
INVITE = "/t/acme/invitations/"
SETTINGS = "/t/acme/settings/"
NOON = datetime.now(UTC).replace(hour=12, minute=0, second=0, microsecond=0)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOON, tick=False) as traveller:
        yield traveller


def invite(client: Client, number: int) -> int:
    data = {"email": f"p{number}@acme.test", "role": "viewer"}
    return client.post(INVITE, data).status_code


def test_invitations_of_a_person(
    admin: User,
    owner: User,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:
    monkeypatch.setattr(invitation, "MOST_INVITATIONS_AN_HOUR", 3)
    client = client_for(admin)
    assert [invite(client, number) for number in range(4)] == [200, 200, 200, 422]
    answer = client.post(INVITE, {"email": "p9@acme.test", "role": "viewer"})
    words = "You have sent 3 invitations within an hour. Wait 60 min for more."
    assertContains(answer, words, status_code=422)
    assertContains(answer, 'value="p9@acme.test"', status_code=422)
    assert Invitation.objects.count() == 3
    assert invite(client_for(owner), 4) == 200, "others are not held up"
    clock.shift(timedelta(hours=1))
    assert invite(client, 5) == 200


def test_teams_of_a_person(
    viewer: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(team, "MOST_TEAMS_AN_HOUR", 2)
    client = client_for(viewer)
    answers = [client.post("/teams/new/", {"name": f"Team {number}"}) for number in range(3)]
    assert [answer.status_code for answer in answers] == [302, 302, 422]
    assertContains(answers[2], "You have made 2 teams within an hour.", status_code=422)
    assertContains(answers[2], 'value="Team 2"', status_code=422)
    assert Team.objects.count() == 3


def test_refused_changes_of_a_person_fill_no_log(
    viewer: User,
    owner: User,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    clock: time_machine.Traveller,
) -> None:
    monkeypatch.setattr(measure, "MOST_AN_HOUR", 3)
    client = client_for(viewer)
    for _ in range(3):
        assert client.post(SETTINGS, {"name": "Mine"}).status_code == 403
    answer = client.post(SETTINGS, {"name": "Mine"})
    assertContains(answer, "That was too much at once", status_code=429)
    assert answer.headers["Retry-After"] == "3600"
    assert AuditEntry.objects.count() == 3
    assert client.get("/t/acme/members/").status_code == 200, "pages can still be read"
    assert client_for(owner).post(SETTINGS, {"name": "Acme"}).status_code == 302
    clock.shift(timedelta(hours=1))
    assert client.post(SETTINGS, {"name": "Mine"}).status_code == 403


def test_a_form_to_correct_is_no_refusal(
    owner: User, client_for: ClientFor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(measure, "MOST_AN_HOUR", 1)
    client = client_for(owner)
    for _ in range(3):
        assert client.post(SETTINGS, {"name": ""}).status_code == 422


def test_a_form_with_ten_thousand_fields_is_refused(owner: User, client_for: ClientFor) -> None:
    data = {"name": "Acme", **{f"f{number}": "x" for number in range(10_000)}}
    answer = client_for(owner).post(SETTINGS, data)
    assertContains(answer, "This request was not understood", status_code=400)
    body = "&".join(f"{name}={text}" for name, text in data.items())
    kind = "application/x-www-form-urlencoded"
    assert client_for(owner).post(SETTINGS, body, content_type=kind).status_code == 400


@pytest.mark.parametrize("size", [10, 3_000_000])
def test_a_file_that_nobody_asked_for_is_refused(
    owner: User, client_for: ClientFor, size: int
) -> None:
    file = SimpleUploadedFile("photo.jpg", b"x" * size)
    answer = client_for(owner).post(SETTINGS, {"name": "Acme North", "photo": file})
    assertContains(answer, "This request was not understood", status_code=400)
    assert Team.objects.get().name == "Acme"


@pytest.mark.usefixtures("clock")
def test_too_many_logins_are_told_in_words(client: Client, db: None) -> None:
    for number in range(31):
        data = {"login": f"nobody{number}@acme.test", "password": "wrong"}
        answer = client.post("/account/login/", data)
    assertContains(answer, "That was too much at once", status_code=429)
