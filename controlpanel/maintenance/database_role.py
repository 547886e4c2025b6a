"""The database role of pages, stream and workers: it reads and writes rows, and owns nothing.

Whoever takes one of those processes over can then drop no table and no trigger, and neither change
nor delete an entry of the audit log. Migrations have their own role, which owns the schema; after
each of them it gives the other what it needs.
"""

from typing import Any

from django.conf import settings
from django.db import connection, transaction
from psycopg import sql

from controlpanel.audit.models import AuditEntry
from controlpanel.lib.database_settings import database_named
from controlpanel.lib.env import SettingError


def after_migrate(**_: Any) -> None:
    """Make the role of `DATABASE_APP_URL`, if there is one, and give it what it needs.

    Raises:
        SettingError: the URL names no user or no password.
    """
    if not settings.DATABASE_APP_URL or connection.vendor != "postgresql":
        return
    named = database_named(settings.DATABASE_APP_URL, "DATABASE_APP_URL")
    if not named["USER"] or not named["PASSWORD"]:
        raise SettingError("DATABASE_APP_URL must name a user and a password.")
    role_grant(named["USER"], named["PASSWORD"])


def role_grant(name: str, password: str) -> None:
    """Let `name` log in with `password`, and read and write rows. May be repeated."""
    role, entries = sql.Identifier(name), sql.Identifier(AuditEntry._meta.db_table)
    # At once: the release before goes on reading and writing meanwhile.
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [name])
        make = "ALTER ROLE" if cursor.fetchone() else "CREATE ROLE"
        cursor.execute(
            sql.SQL(make + " {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
                role, sql.Literal(password)
            )
        )
        for may in (
            "REVOKE ALL ON ALL TABLES IN SCHEMA public FROM {}",
            "GRANT USAGE ON SCHEMA public TO {}",
            "GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {}",
            "GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {}",
        ):
            cursor.execute(sql.SQL(may).format(role))
        # What stands in the log stands.
        cursor.execute(sql.SQL("REVOKE UPDATE, DELETE ON {} FROM {}").format(entries, role))
