"""The audit log: how fast writers append to their teams' chains, how fast one is verified."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from uuid import UUID, uuid4

from django.db import connection

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Team

from .data import LARGE
from .figures import Figure
from .inserts import inserts_per_second

TEAMS = WRITERS = 8
SECONDS = 5.0
ACTOR = Actor(kind="user", id="1", name="Petra", role="operator", ip_address="203.0.113.7")


def log_figures() -> Iterator[Figure]:
    """Yield rates, and how many times as long as the least that could be done it all takes."""
    appends, inserts = _appends_per_second(), inserts_per_second(WRITERS)
    yield Figure("log_appends_rate", appends, "entries/s")
    yield Figure("log_appends", inserts / appends, "x insert", 15.0)
    team_id = Team.objects.get(slug=LARGE).pk
    read = _read(team_id)
    count, seconds = _verified(team_id)
    yield Figure("log_verified_rate", count / seconds, "entries/s")
    yield Figure("log_verified", seconds / read, "x read", 2.0)


def _appends_per_second() -> float:
    """Each entry is a transaction of its own, made by one of several threads for its own team."""
    teams = [uuid4() for _ in range(TEAMS)]
    began = perf_counter()
    with ThreadPoolExecutor(WRITERS) as threads:
        written = sum(threads.map(_write, teams))
    seconds = perf_counter() - began
    for team in teams:
        if chain_verify(team)[1]:
            raise RuntimeError("the chain is broken")
    return written / seconds


def _write(team_id: UUID) -> int:
    ends_at, number = perf_counter() + SECONDS, 0
    try:
        while perf_counter() < ends_at:
            number += 1
            audit_record(
                team_id=team_id,
                actor=ACTOR,
                action=Action.VM_RENAME,
                target=Target("vm", str(number), f"web-{number}"),
                changes={"name": [f"old-{number}", f"new-{number}"]},
            )
    finally:
        connection.close()
    return number


def _read(team_id: UUID) -> float:
    """Return the seconds that it takes to read all columns of the log, and nothing more."""
    rows = AuditEntry.objects.filter(team_id=team_id).order_by("sequence").values_list()
    began = perf_counter()
    for _ in rows.iterator(chunk_size=2000):
        pass
    return perf_counter() - began


def _verified(team_id: UUID) -> tuple[int, float]:
    began = perf_counter()
    count, fault = chain_verify(team_id)
    if fault:
        raise RuntimeError(f"entry {fault.sequence}: {fault.problem}")
    return count, perf_counter() - began
