"""The role of the panel's processes reads and writes rows, and changes nothing else."""

from collections.abc import Iterator
from uuid import uuid4

import psycopg
import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db import connection
from psycopg import sql
from pytest_django import Settings

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.maintenance.database_role import role_grant

NAME, PASSWORD = "panel_app_of_a_test", "pass 'word' %41"
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(connection.vendor != "postgresql", reason="SQLite has no roles"),
]


@pytest.fixture
def app() -> Iterator[psycopg.Connection]:
    """A connection as the role."""
    role_grant(NAME, "the one before")
    role_grant(NAME, PASSWORD)
    of = connection.settings_dict
    with psycopg.connect(
        host=of["HOST"],
        port=of["PORT"] or None,
        dbname=of["NAME"],
        user=NAME,
        password=PASSWORD,
        autocommit=True,
    ) as found:
        yield found
    role_drop()


def role_drop() -> None:
    with connection.cursor() as cursor:
        for words in ("DROP OWNED BY {}", "DROP ROLE {}"):
            cursor.execute(sql.SQL(words).format(sql.Identifier(NAME)))


@pytest.fixture
def entry() -> AuditEntry:
    return audit_record(
        team_id=uuid4(),
        actor=SYSTEM,
        action=Action.TEAM_RENAME,
        target=Target("team", "1", "Acme"),
    )


def test_it_reads_and_writes_rows(app: psycopg.Connection, entry: AuditEntry) -> None:
    app.execute("INSERT INTO django_content_type (app_label, model) VALUES ('other', 'a')")
    app.execute("UPDATE django_content_type SET model = 'b' WHERE app_label = 'other'")
    found = "SELECT model FROM django_content_type WHERE app_label = 'other'"
    assert app.execute(found).fetchall() == [("b",)]
    app.execute("DELETE FROM django_content_type WHERE app_label = 'other'")
    assert app.execute("SELECT count(*) FROM audit_auditentry").fetchone() == (1,)
    app.execute("SELECT count(*) FROM django_migrations")


@pytest.mark.parametrize(
    "words",
    [
        "DELETE FROM audit_auditentry",
        "UPDATE audit_auditentry SET actor_name = 'nobody'",
        "TRUNCATE audit_auditentry",
        "ALTER TABLE audit_auditentry DISABLE TRIGGER ALL",
        "DROP TRIGGER audit_entry_append_only ON audit_auditentry",
        "DROP TABLE audit_auditentry",
        "TRUNCATE teams_team",
        "ALTER TABLE teams_team ADD COLUMN other integer",
        "CREATE TABLE other (id integer)",
        "SET session_replication_role = replica",
        "CREATE ROLE other",
        "CREATE DATABASE other",
    ],
)
def test_it_changes_nothing_else(app: psycopg.Connection, entry: AuditEntry, words: str) -> None:
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        app.execute(words.encode())


def test_each_migration_gives_it_what_is_new(settings: Settings) -> None:
    settings.DATABASE_APP_URL = f"postgres://{NAME}:secret@db/panel"
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE what_is_new (id integer)")
        call_command("migrate", verbosity=0)
        cursor.execute("SELECT has_table_privilege(%s, 'what_is_new', 'INSERT')", [NAME])
        assert cursor.fetchone() == (True,)
        cursor.execute("DROP TABLE what_is_new")
    role_drop()


@pytest.mark.parametrize("url", ["postgres://db/panel", "postgres://app@db/panel", "app"])
def test_an_address_without_user_and_password_is_refused(settings: Settings, url: str) -> None:
    settings.DATABASE_APP_URL = url
    with pytest.raises(ImproperlyConfigured, match="DATABASE_APP_URL"):
        call_command("migrate", verbosity=0)
