"""Let the database itself refuse to change or remove audit entries.

A migration that rebuilds the table (as SQLite does for most changes of a column) drops the
triggers with it: run `create_triggers` again after such an operation.
"""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

MESSAGE = "The audit log is append-only: entries cannot be changed or deleted."

CREATE = {
    "sqlite": [
        f"""
        CREATE TRIGGER audit_entry_no_update BEFORE UPDATE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
        """,
        f"""
        CREATE TRIGGER audit_entry_no_delete BEFORE DELETE ON audit_auditentry
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
        """,
        # INSERT OR REPLACE removes the old row without firing the trigger on DELETE.
        f"""
        CREATE TRIGGER audit_entry_no_replace BEFORE INSERT ON audit_auditentry
        WHEN EXISTS (
            SELECT 1 FROM audit_auditentry
            WHERE id = NEW.id OR (team_id = NEW.team_id AND sequence = NEW.sequence)
        )
        BEGIN SELECT RAISE(ABORT, '{MESSAGE}'); END
        """,  # noqa: S608 - a constant of this file
    ],
    "postgresql": [
        f"""
        CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{MESSAGE}'; END
        $$
        """,
        # Per statement: it refuses also when no row would be touched, and covers TRUNCATE.
        """
        CREATE TRIGGER audit_entry_append_only
        BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_auditentry
        FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only()
        """,
    ],
}
DROP = {
    "sqlite": [
        "DROP TRIGGER audit_entry_no_update",
        "DROP TRIGGER audit_entry_no_delete",
        "DROP TRIGGER audit_entry_no_replace",
    ],
    "postgresql": [
        "DROP TRIGGER audit_entry_append_only ON audit_auditentry",
        "DROP FUNCTION audit_append_only()",
    ],
}


def create_triggers(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in CREATE[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


def drop_triggers(_apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    for statement in DROP[schema_editor.connection.vendor]:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]
    operations = [migrations.RunPython(create_triggers, drop_triggers)]
