"""PostgreSQL: pg_dump and pg_restore, which must be on the PATH and as new as the server."""

import os
import shutil
import subprocess
from typing import BinaryIO

from django.db import connection
from psycopg.conninfo import make_conninfo

from .failures import BackupError
from .left_out import TABLES

MAGIC = b"PGDMP"


def dump(target: BinaryIO) -> None:
    """Write the database, as it is at one moment, to `target`."""
    left_out = [f"--exclude-table-data={table}" for table in TABLES]
    _run("pg_dump", "--format=custom", "--no-owner", "--no-privileges", *left_out, output=target)


def load(source: BinaryIO) -> None:
    """Replace the database by the backup in `source`.

    The tables go first: those of a newer release, which the backup does not know, would else stay.
    """
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"DROP TABLE IF EXISTS {connection.ops.quote_name(table)} CASCADE")
    connection.close()
    _run(
        "pg_restore",
        *("--clean", "--if-exists", "--no-owner", "--no-privileges"),
        *("--exit-on-error", "--single-transaction"),
        # As a connection string, since a name with a “=” in it would be read as one.
        f"--dbname={make_conninfo(dbname=connection.settings_dict['NAME'])}",
        source=source,
    )


def require_unused() -> None:
    """Raise unless nobody else is connected to the database."""
    # This process has several connections itself: its own are known by their name.
    connection.close_pool()  # type: ignore[attr-defined]
    os.environ["PGAPPNAME"] = f"panel-restore-{os.getpid()}"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND backend_type = 'client backend'"
            " AND application_name <> current_setting('application_name')"
        )
        (others,) = cursor.fetchone()
    if others:
        raise BackupError(
            f"The database is in use by {others} other connection(s): stop web, worker and beat "
            "first."
        )


def _run(
    program: str, *options: str, output: BinaryIO | None = None, source: BinaryIO | None = None
) -> None:
    if shutil.which(program) is None:
        raise BackupError(f"{program} was not found. Install PostgreSQL's client programs.")
    with subprocess.Popen(  # noqa: S603 - the programs are named above
        (program, *options),
        env=os.environ | _connection_environment(),
        stdin=subprocess.DEVNULL if source is None else subprocess.PIPE,
        stdout=output,
        stderr=subprocess.PIPE,
    ) as process:
        if source is not None and process.stdin is not None:
            try:
                shutil.copyfileobj(source, process.stdin)
                process.stdin.close()
            except BrokenPipeError:
                pass  # it has ended; its own words say why
        assert process.stderr is not None  # noqa: S101
        complaint = process.stderr.read().decode(errors="replace").strip()
    if process.returncode:
        raise BackupError(f"{program} failed: {complaint or process.returncode}")


def _connection_environment() -> dict[str, str]:
    """Return libpq's variables: unlike a command line, nobody else can read them."""
    settings = connection.settings_dict
    _, environment = connection.client.settings_to_cmd_args_env(settings, [])
    named = {
        "PGHOST": settings["HOST"],
        "PGPORT": settings["PORT"],
        "PGUSER": settings["USER"],
        "PGDATABASE": settings["NAME"],
    }
    return (environment or {}) | {name: str(value) for name, value in named.items() if value}
