"""10,000 VMs of 100 teams launch at once: how late the database and an open tab know of it.

Everything is real: the simulator in a process of its own, one worker, beat, and the web process
that open tabs listen to. Time runs as at Fluence: a launch takes one to two minutes.
"""

import asyncio
import statistics
import subprocess
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from time import time
from typing import Any
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import connection

from controlpanel.accounts.models import User
from controlpanel.live.streams import GATHER_SECONDS
from controlpanel.teams.models import Team
from vms.mirror.intervals import poll_interval
from vms.models import VM

from .crowd import PREFIX, crowd_fill, simulator_process
from .figures import Figure
from .server import Web, cookie_of, rss_mb, service_process, web_process
from .tabs import Tab, cancelled

TEAMS, VMS = 100, 100
WATCHED = 10
# The slowest launch takes two minutes; what is not there a minute later is lost.
MOST_SECONDS = 180.0
LOOK_EVERY = 0.05


@dataclass
class Seen:
    """When each revision of a team was first seen: by another connection, and by an open tab."""

    at: list[float] = field(default_factory=list)
    revisions: list[int] = field(default_factory=list)

    def note(self, revision: int) -> None:
        if not self.revisions or revision > self.revisions[-1]:
            self.at.append(time())
            self.revisions.append(revision)

    def when(self, revision: int) -> float:
        """Return when this revision, or a later one, was seen."""
        return self.at[bisect_left(self.revisions, revision)]


def polling_figures(owner: User) -> Iterator[Figure]:
    teams = crowd_fill(owner, teams=TEAMS, vms=VMS)
    database = {team.pk: Seen() for team in teams}
    tabs = {team.pk: Seen() for team in teams[:WATCHED]}
    with (
        simulator_process(teams=TEAMS, vms=VMS) as simulator,
        _worker_and_beat() as worker,
        web_process(cookie_of(owner)) as web,
    ):
        most = asyncio.run(_watch(web, teams, database, tabs, worker))
    yield from _figures(teams, database, tabs)
    yield Figure("poll_calls_per_cycle", simulator.report["calls_per_cycle"], "calls", 1.0)
    yield Figure("poll_worker_memory", most, "MiB", 200)


@contextmanager
def _worker_and_beat() -> Iterator["subprocess.Popen[bytes]"]:
    from controlpanel.embedded.processes import beat, worker

    with service_process(worker()) as process, service_process(beat()):
        yield process


async def _watch(
    web: Web,
    teams: list[Team],
    database: dict[UUID, Seen],
    tabs: dict[UUID, Seen],
    worker: "subprocess.Popen[bytes]",
) -> float:
    """Look on until every VM is launched; return the most memory the worker had, in MiB."""
    watching = [
        asyncio.create_task(Tab(web, team.slug).follow(tabs[team.pk].note))
        for team in teams[:WATCHED]
    ]
    most, deadline = 0.0, time() + MOST_SECONDS
    try:
        while await sync_to_async(_look)(database):
            most = max(most, rss_mb(worker.pid) * 1e6 / 2**20)
            if time() > deadline:
                raise TimeoutError("not all VMs were launched in time")
            await asyncio.sleep(LOOK_EVERY)
        await asyncio.sleep(2.0)
    finally:
        await cancelled(watching)
    return most


def _look(database: dict[UUID, Seen]) -> bool:
    """Note the teams' revisions; return whether a VM is still on its way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id, revision FROM teams_team WHERE slug LIKE %s", [f"{PREFIX}%"])
        for team_id, revision in cursor.fetchall():
            database[team_id].note(revision)
    return VM.objects.filter(team__slug__startswith=PREFIX, poll_after__isnull=False).exists()


def _figures(
    teams: list[Team], database: dict[UUID, Seen], tabs: dict[UUID, Seen]
) -> Iterator[Figure]:
    """Each VM was last changed by its launch, so its row tells by which revision."""
    rows: Any = VM.objects.filter(team__in=teams, status="launched").values_list(
        "team_id", "revision", "ready_since", "created_at"
    )
    launches: list[tuple[UUID, int, datetime, datetime]] = list(rows)
    if len(launches) != TEAMS * VMS:
        raise RuntimeError(f"{len(launches)} VMs are launched")
    known = [database[team].when(rev) - at.timestamp() for team, rev, at, _ in launches]
    shown = [
        tabs[team].when(rev) - database[team].when(rev)
        for team, rev, _, _ in launches
        if team in tabs
    ]
    # A VM is asked about after a pause that grows with its age: 2.4 s after one minute. Whoever
    # has just missed its launch asks a pause later, and is read after thousands of others.
    pauses = [
        late / poll_interval(at - made).total_seconds()
        for late, (_, _, at, made) in zip(known, launches, strict=True)
    ]
    yield Figure("poll_launched_to_database_p50", statistics.median(known), "s")
    yield Figure("poll_launched_to_database_p95", _p95(known), "s")
    yield Figure("poll_pauses_to_database_p95", _p95(pauses), "x pause", 2.0)
    yield Figure("poll_database_to_tab_p95", _p95(shown) / GATHER_SECONDS, "x gathering", 4.0)


def _p95(values: list[float]) -> float:
    return sorted(values)[int(len(values) * 0.95)]
