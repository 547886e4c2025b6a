"""Filters and pages of the audit log, as the pages and later the export read them."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
import time_machine
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import FLUENCE, SYSTEM, Actor
from controlpanel.audit.selectors import (
    AuditFilters,
    Cursor,
    audit_actors,
    audit_entries,
    audit_entries_for_target,
)
from controlpanel.audit.services import Target, audit_record

pytestmark = pytest.mark.django_db
TEAM, VM = uuid4(), uuid4()
ANA = Actor(kind="user", id="7", name="Ana", role="operator")
BEN = Actor(kind="user", id="12", name="ben", role="admin")


def record(
    actor: Actor = ANA,
    action: Action = Action.VM_CREATE,
    target: Target | None = None,
    outcome: Outcome = Outcome.SUCCEEDED,
    team: UUID = TEAM,
) -> int:
    target = target or Target("vm", str(VM), "web-1")
    entry = audit_record(team_id=team, actor=actor, action=action, target=target, outcome=outcome)
    return entry.sequence


def found(**filters: object) -> list[int]:
    page = audit_entries(TEAM, AuditFilters(**filters))  # type: ignore[arg-type]
    return [entry.sequence for entry in page.entries]


def test_each_filter_narrows_the_log() -> None:
    record()
    record(actor=BEN, action=Action.SSH_KEY_CREATE, target=Target("ssh_key", "3", "Laptop 100%"))
    record(actor=SYSTEM, outcome=Outcome.FAILED)
    record(actor=FLUENCE, action=Action.VM_DRIFT)
    record(team=uuid4())
    assert found() == [4, 3, 2, 1]
    assert found(person="7") == [1]
    assert found(person="system") == [3]
    assert found(person="fluence") == [4]
    assert found(action="ssh_key.create") == [2]
    assert found(outcome="failed") == [3]
    assert found(target="LAPTOP") == [2]
    assert found(target="0%") == [2]
    assert found(target="ssh_key") == [2]
    assert found(target=str(VM)) == [4, 3, 1]
    assert found(target=str(VM).upper().replace("-", "")) == [4, 3, 1]
    assert found(target=str(uuid4())) == []
    assert found(person="7", action="ssh_key.create") == []


def test_times_include_the_start_and_not_the_end() -> None:
    noon = timezone.now().replace(hour=12, minute=0, second=0, microsecond=0)
    for hours in (-1, 0, 1):
        with time_machine.travel(noon + timedelta(hours=hours), tick=False):
            record()
    assert found(since=noon) == [3, 2]
    assert found(until=noon) == [1]
    assert found(since=noon, until=noon + timedelta(hours=1)) == [2]


def test_pages_lead_to_the_end_and_back(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    for _ in range(5):
        record()
    seen = []
    page = audit_entries(TEAM, limit=2)
    assert page.newer is None
    while True:
        seen.append([entry.sequence for entry in page.entries])
        if page.older is None:
            break
        with django_assert_num_queries(1):
            page = audit_entries(TEAM, cursor=page.older, limit=2)
    assert seen == [[5, 4], [3, 2], [1]]
    page = audit_entries(TEAM, cursor=page.newer, limit=2)
    assert [entry.sequence for entry in page.entries] == [3, 2]
    page = audit_entries(TEAM, cursor=page.newer, limit=2)
    assert [entry.sequence for entry in page.entries] == [5, 4]
    assert page.newer is None


@pytest.mark.parametrize("text", ["", "older-", "older-x", "sideways-3", "older--3", "newer-²"])
def test_a_cursor_somebody_made_up_is_ignored(text: str) -> None:
    assert Cursor.parse(text) is None


def test_a_cursor_survives_the_address_bar() -> None:
    assert Cursor.parse(str(Cursor("older", 120))) == Cursor("older", 120)


def test_the_log_of_one_thing(django_assert_num_queries: DjangoAssertNumQueries) -> None:
    record()
    record(target=Target("ssh_key", str(VM), "same id, another thing"))
    record(team=uuid4())
    record(action=Action.VM_RENAME)
    with django_assert_num_queries(1):
        entries = audit_entries_for_target(TEAM, "vm", str(VM), limit=5)
    assert [entry.sequence for entry in entries] == [3, 1]


def test_everybody_in_the_log_can_be_chosen(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    record(actor=Actor(kind="user", id="7", name="Ana before she married"))
    record(actor=BEN)
    record(actor=SYSTEM)
    record()
    record(actor=Actor(kind="user", id="99", name="Stranger"), team=uuid4())
    with django_assert_num_queries(1):
        actors = audit_actors(TEAM)
    assert actors == [("7", "Ana"), ("12", "ben"), ("system", "Panel"), ("fluence", "Fluence")]


def test_an_empty_log_names_only_the_panel_and_fluence() -> None:
    assert audit_actors(TEAM) == [("system", "Panel"), ("fluence", "Fluence")]
