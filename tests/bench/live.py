"""500 open tabs on one stream: what they cost while nothing happens, how soon all are told."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import datetime
from time import perf_counter
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection, transaction

from controlpanel.accounts.models import User
from controlpanel.live.hub import CHECK_SECONDS
from controlpanel.live.streams import GATHER_SECONDS
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from vms.core.revisions import revision_raise

from .data import SMALL
from .figures import Figure
from .server import Valkey, Web, cookie_of, load, web_process
from .tabs import Tab, cancelled

TABS = 500
# Twenty tabs each: no more are theirs.
PEOPLE = 25
# Tabs that are opened at once; as a crowd of people would.
TOGETHER = 25
IDLE_SECONDS = 5.0
ROUNDS = 5
PATIENCE = 30.0


class Crowd:
    """Open tabs of one team, and how many have been told what."""

    def __init__(self) -> None:
        self._last: dict[int, tuple[str, str]] = {}
        self._moved = asyncio.Event()

    async def hold(self, tab: Tab, number: int) -> None:
        async for event in tab.events():
            self._last[number] = event
            self._moved.set()

    async def told(self, *wanted: tuple[str, str]) -> None:
        """Wait until one of `wanted` is the last that every tab was told."""
        async with asyncio.timeout(PATIENCE):
            while sum(event in wanted for event in self._last.values()) < TABS:
                self._moved.clear()
                await self._moved.wait()


def live_figures(owner: User, valkey: Valkey) -> Iterator[Figure]:
    team = Team.objects.get(slug=SMALL)
    cookies = [cookie_of(person) for person in _people(team)]
    with web_process(cookie_of(owner)) as web:
        outcome = asyncio.run(_measure(web, cookies, team.pk, valkey))
        yield Figure("live_tabs_open", outcome["open"], "s", None)
        yield Figure("live_idle_queries", outcome["queries"], "queries", 0)
        yield Figure("live_all_tabs_told", outcome["told"] / GATHER_SECONDS, "x gathering", 4.0)
        yield Figure("live_outage_noticed", outcome["paused"] / CHECK_SECONDS, "x check", 3.0)
        yield Figure("live_outage_ended", outcome["resumed"] / CHECK_SECONDS, "x check", 3.0)
        yield Figure("live_tabs_memory", outcome["memory"] - outcome["before"], "MB", 50)
        yield Figure("live_stream_memory", outcome["memory"], "MB", 70)


def _people(team: Team) -> list[User]:
    people = User.objects.bulk_create(
        User(email=f"viewer-{number}@bench.example", name=f"Viewer {number}")
        for number in range(PEOPLE)
    )
    Membership.objects.bulk_create(
        Membership(team=team, user=person, role=Role.VIEWER) for person in people
    )
    return people


async def _measure(web: Web, cookies: list[str], team_id: UUID, valkey: Valkey) -> dict[str, float]:
    outcome: dict[str, float] = {}
    page = web.ask(f"/t/{SMALL}/vms/", {})
    await asyncio.to_thread(load, [page], connections=8, seconds=1.0)
    before, began = web.rss_mb("stream"), perf_counter()
    outcome["before"] = before
    async with _open_tabs(web, cookies) as crowd:
        outcome["open"] = perf_counter() - began
        outcome["queries"] = await sync_to_async(_queries_of_others)(IDLE_SECONDS)
        outcome["told"] = max([await _tell(crowd, team_id) for _ in range(ROUNDS)])
        outcome["memory"] = web.rss_mb("stream")
        began = perf_counter()
        await asyncio.to_thread(valkey.stop)
        await crowd.told(("paused", ""))
        outcome["paused"] = perf_counter() - began
        began = perf_counter()
        await asyncio.to_thread(valkey.start)
        await crowd.told(("ready", ""))
        outcome["resumed"] = perf_counter() - began
        await _tell(crowd, team_id)
    return outcome


@asynccontextmanager
async def _open_tabs(web: Web, cookies: list[str]) -> AsyncIterator[Crowd]:
    crowd, holding = Crowd(), []
    try:
        for number in range(TABS):
            holding.append(
                asyncio.create_task(crowd.hold(Tab(web, SMALL, cookies[number % PEOPLE]), number))
            )
            if number % TOGETHER == TOGETHER - 1:
                await asyncio.sleep(0.05)
        await crowd.told(("ready", ""))
        yield crowd
    finally:
        await cancelled(holding)


async def _tell(crowd: Crowd, team_id: UUID) -> float:
    """Raise the team's revision as a service does; return the seconds until all tabs know."""
    revision = await sync_to_async(_raised)(team_id)
    began = perf_counter()
    await crowd.told(("revision", str(revision)))
    return perf_counter() - began


def _raised(team_id: UUID) -> int:
    with transaction.atomic():
        return revision_raise(team_id)


def _queries_of_others(seconds: float) -> int:
    """Count the connections of other processes that ask the database anything for a while."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        began: datetime = cursor.fetchone()[0]
        cursor.execute("SELECT pg_sleep(%s)", [seconds])
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE backend_type = 'client backend' "
            "AND pid <> pg_backend_pid() AND query_start > %s",
            [began],
        )
        count: int = cursor.fetchone()[0]
    return count
