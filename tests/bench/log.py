"""The audit log: how fast writers append to their teams' chains, how fast one is verified."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import perf_counter
from uuid import UUID, uuid4

from django.db import connection

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Team

from .data import LARGE
from .figures import Figure

TEAMS = WRITERS = 8
SECONDS = 5.0
ACTOR = Actor(kind="user", id="1", name="Petra", role="operator", ip_address="203.0.113.7")


def log_figures() -> Iterator[Figure]:
    yield Figure("log_appends", _appends_per_second(), "entries/s", 500, at_least=True)
    count, seconds = _verified(Team.objects.get(slug=LARGE).pk)
    yield Figure("log_verified", count / seconds, "entries/s", 50_000, at_least=True)


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


def _verified(team_id: UUID) -> tuple[int, float]:
    began = perf_counter()
    count, fault = chain_verify(team_id)
    if fault:
        raise RuntimeError(f"entry {fault.sequence}: {fault.problem}")
    return count, perf_counter() - began
