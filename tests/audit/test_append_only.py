"""An audit entry is never changed and never removed, whichever way somebody tries."""

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.models import QuerySet

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.models import AppendOnlyError, AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Team


@pytest.fixture
def entry(team: Team) -> AuditEntry:
    return audit_record(
        team_id=team.pk,
        actor=SYSTEM,
        action=Action.TEAM_CREATE,
        target=Target("team", str(team.pk), team.name),
    )


def test_an_entry_is_not_saved_twice(entry: AuditEntry) -> None:
    entry.text = "nothing happened"
    with pytest.raises(AppendOnlyError, match="append-only: entries cannot be changed"):
        entry.save()


def test_an_entry_is_not_deleted(entry: AuditEntry) -> None:
    with pytest.raises(AppendOnlyError):
        entry.delete()


def test_entries_are_not_changed_in_bulk(entry: AuditEntry) -> None:
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.update(text="nothing happened")
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.bulk_update([entry], ["text"])
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.all().delete()


def test_nor_by_the_way_that_django_itself_deletes_rows(entry: AuditEntry) -> None:
    """As when what they belong to is deleted: by a method of Django that is not documented."""
    assert callable(getattr(QuerySet, "_raw_delete", None)), "Django deletes in another way now"
    with pytest.raises(AppendOnlyError):
        AuditEntry.objects.filter(pk=entry.pk)._raw_delete("default")


STATEMENTS = [
    "UPDATE audit_auditentry SET message = 'nothing happened'",
    "DELETE FROM audit_auditentry",
]
REPLACE = """
    INSERT OR REPLACE INTO audit_auditentry
    SELECT id, team_id, sequence, at, actor_kind, actor_id, 'Nobody', actor_role, ip_address,
           action, target_type, target_id, target_name, changes, outcome, error_code, message,
           operation_id, request_id, previous_hash, hash, said, form
    FROM audit_auditentry
"""


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_itself_refuses(entry: AuditEntry, statement: str) -> None:
    assert_refused(statement)


@pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no TRUNCATE")
def test_postgresql_refuses_to_truncate(entry: AuditEntry) -> None:
    assert_refused("TRUNCATE audit_auditentry")


@pytest.mark.skipif(connection.vendor != "sqlite", reason="only SQLite has INSERT OR REPLACE")
def test_sqlite_refuses_to_replace(entry: AuditEntry) -> None:
    assert_refused(REPLACE)


def assert_refused(statement: str) -> None:
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor_name == "Panel"
