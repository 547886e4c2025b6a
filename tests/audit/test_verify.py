"""`manage.py audit verify` finds what a person with access to the database itself has done."""

from importlib import import_module
from io import StringIO
from uuid import UUID, uuid4

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from controlpanel.audit import chain
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.models import AuditChain
from controlpanel.audit.services import Target, audit_record

triggers = import_module("controlpanel.audit.migrations.0002_append_only_triggers")
pytestmark = pytest.mark.django_db


@pytest.fixture
def team_id() -> UUID:
    team_id = uuid4()
    for number in range(1, 6):
        record(team_id, number)
    return team_id


def record(team_id: UUID, number: int) -> None:
    audit_record(
        team_id=team_id,
        actor=SYSTEM,
        action=Action.VM_CREATE,
        target=Target("vm", str(number), f"wéb-{number}"),
        changes={"size": [None, number], "price": [None, 0.1], "tags": [["a"], {"b": True}]},
    )


@pytest.fixture
def tamper(team_id: UUID) -> None:
    """Lift the triggers, as only somebody with rights on the database can.

    The rollback after the test puts them back.
    """
    with connection.cursor() as cursor:
        for statement in triggers.DROP[connection.vendor]:
            cursor.execute(statement)


def sql(statement: str, *params: int) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)


def verify(*args: str) -> str:
    out = StringIO()
    call_command("audit", "verify", *args, stdout=out, stderr=out)
    return out.getvalue()


def fault(*args: str) -> str:
    out = StringIO()
    with pytest.raises(CommandError, match="tampered"):
        call_command("audit", "verify", *args, stdout=out, stderr=out)
    return out.getvalue()


def test_an_untouched_log_holds(team_id: UUID) -> None:
    assert f"{team_id}: 5 entries hold" in verify()
    assert f"{team_id}: 5 entries hold" in verify("--team-id", str(team_id))


def test_it_finds_an_altered_field(team_id: UUID, tamper: None) -> None:
    sql("UPDATE audit_auditentry SET target_name = 'other' WHERE sequence = 3")
    assert "entry 3: its content was altered" in fault()


def test_it_finds_altered_changes(team_id: UUID, tamper: None) -> None:
    sql("UPDATE audit_auditentry SET changes = '{}' WHERE sequence = 2")
    assert "entry 2: its content was altered" in fault()


def test_it_finds_a_removed_entry(team_id: UUID, tamper: None) -> None:
    sql("DELETE FROM audit_auditentry WHERE sequence = 3")
    assert "entry 3: entry 3 is missing (next found is 4)" in fault()


def test_it_finds_a_gap_that_was_closed_again(team_id: UUID, tamper: None) -> None:
    sql("DELETE FROM audit_auditentry WHERE sequence = 3")
    for sequence in (4, 5):
        sql("UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s", sequence - 1, sequence)
    assert "entry 3: its link to the entry before does not match" in fault()


def test_it_finds_a_cut_tail(team_id: UUID, tamper: None) -> None:
    sql("DELETE FROM audit_auditentry WHERE sequence > 3")
    assert "entry 4: entries up to 5 are missing" in fault()


def test_it_finds_swapped_entries(team_id: UUID, tamper: None) -> None:
    for old, new in ((2, 99), (3, 2), (99, 3)):
        sql("UPDATE audit_auditentry SET sequence = %s WHERE sequence = %s", new, old)
    assert "entry 2: its link to the entry before does not match" in fault()


def test_it_finds_a_removed_head(team_id: UUID) -> None:
    AuditChain.objects.all().delete()
    assert "entry 5: the chain's head does not point at it" in fault()


def test_other_teams_logs_are_checked_all_the_same(team_id: UUID, tamper: None) -> None:
    sql("UPDATE audit_auditentry SET message = 'x' WHERE sequence = 1")
    other = uuid4()
    audit_record(
        team_id=other, actor=SYSTEM, action=Action.TEAM_CREATE, target=Target("team", "1", "Globex")
    )
    output = fault()
    assert f"{other}: 1 entries hold" in output
    assert f"{team_id}: entry 1" in output
    assert "1 entries hold" in verify("--team-id", str(other))


def test_entries_that_are_appended_meanwhile_are_no_fault(
    team_id: UUID, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = chain._rows

    def appended_to(team_id: UUID, after: int) -> list[tuple[object, ...]]:
        found = list(rows(team_id, after))
        if after == 0:
            record(team_id, 6)
            found += rows(team_id, 5)
            record(team_id, 7)
        return found

    monkeypatch.setattr(chain, "_rows", appended_to)
    assert chain.chain_verify(team_id) == (7, None)
