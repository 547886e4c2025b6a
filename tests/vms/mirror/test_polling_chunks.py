"""Which VMs a poll asks about: those that are due, and with them who is nearly due."""

from datetime import datetime, timedelta

import pytest
import time_machine

from controlpanel.teams.models import Team
from tests.vms.rows import account_row, vm_rows
from vms.mirror.polling import CHUNK, _chunks_due
from vms.models import VM, FluenceAccount

AGE = timedelta(seconds=300)
PAUSE = 11.92
"""Seconds between two polls of a VM of that age."""


@pytest.fixture
def account(team: Team) -> FluenceAccount:
    return account_row(team)


def rows_due(team: Team, now: datetime, prefix: str, *seconds: float) -> None:
    """Make launching VMs that are due in so many seconds."""
    rows = vm_rows(team, len(seconds), prefix=prefix, status="launching", created_at=now - AGE)
    for row, later in zip(rows, seconds, strict=True):
        VM.objects.filter(pk=row.pk).update(poll_after=now + timedelta(seconds=later))


@pytest.fixture
def now() -> datetime:
    return datetime.fromisoformat("2026-11-27T12:00:00+00:00")


def asked(account: FluenceAccount, now: datetime) -> list[list[str]]:
    with time_machine.travel(now, tick=False):
        return list(_chunks_due(account))


def test_who_is_due_within_a_quarter_of_their_pause_joins(
    team: Team, account: FluenceAccount, now: datetime
) -> None:
    quarter = PAUSE / 4
    rows_due(team, now, "vm", -5, 0, quarter - 0.1, quarter + 0.1)
    assert asked(account, now) == [["vm-0", "vm-1", "vm-2"]]


def test_whoever_is_due_within_a_second_joins_however_young(
    team: Team, account: FluenceAccount, now: datetime
) -> None:
    rows_due(team, now, "vm", 0, 0.9, 1.1)
    VM.objects.update(created_at=now)
    assert asked(account, now) == [["vm-0", "vm-1"]]


def test_where_nobody_is_due_nobody_joins(
    team: Team, account: FluenceAccount, now: datetime
) -> None:
    rows_due(team, now, "vm", 0.1, 0.2)
    assert asked(account, now) == []


def test_a_chunk_that_is_full_takes_nobody_more(
    team: Team, account: FluenceAccount, now: datetime
) -> None:
    rows_due(team, now, "due", *[-1.0] * CHUNK)
    rows_due(team, now, "near", 0.5)
    assert [len(chunk) for chunk in asked(account, now)] == [CHUNK]


@pytest.mark.parametrize(("due", "near", "lengths"), [(99, 5, [100]), (101, 200, [100, 100])])
def test_a_chunk_is_filled_and_none_is_begun_for_who_is_only_near(
    team: Team, account: FluenceAccount, now: datetime, due: int, near: int, lengths: list[int]
) -> None:
    rows_due(team, now, "due", *[-1.0] * due)
    rows_due(team, now, "near", *[0.5] * near)
    chunks = asked(account, now)
    assert [len(chunk) for chunk in chunks] == lengths
    assert sum(each.startswith("due") for chunk in chunks for each in chunk) == due


def test_a_vm_that_has_no_id_at_fluence_is_not_asked_about(
    team: Team, account: FluenceAccount, now: datetime
) -> None:
    rows_due(team, now, "vm", -1, -1)
    VM.objects.filter(name="vm-0").update(remote_id=None)
    assert asked(account, now) == [["vm-1"]]
