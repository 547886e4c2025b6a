"""Whether the database can be used at all: asked at a start, before anything is written to it."""

import sqlite3
from contextlib import closing
from pathlib import Path

import psycopg
from django.db import connection

from .database import first_line

PATIENCE_SECONDS = 5
# Another process writes just now: it can be used, only not at this moment.
_BUSY = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED})
_FULL = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR})


class DatabaseUnusable(Exception):
    """The message says in one sentence why, and what to do. It holds no password."""


def database_require() -> None:
    """Return if the database can be read and written.

    Raises:
        DatabaseUnusable: it cannot.
    """
    if connection.vendor == "postgresql":
        _postgresql_require()
    else:
        _sqlite_require(Path(connection.settings_dict["NAME"]))


def _postgresql_require() -> None:
    """Ask without the pool, which does not tell why it has no connection."""
    parameters = connection.get_connection_params()
    # Django's own, which make cursors of its kind.
    for ours in ("cursor_factory", "context", "prepare_threshold"):
        parameters.pop(ours, None)
    try:
        with psycopg.connect(**parameters | {"connect_timeout": PATIENCE_SECONDS}) as database:
            encoding = database.info.parameter_status("server_encoding")
    except psycopg.Error as error:
        raise DatabaseUnusable(
            f"PostgreSQL cannot be used: {first_line(error).rstrip('.:')}. Check DATABASE_URL, and "
            "whether the server runs."
        ) from None
    if encoding != "UTF8":
        name = connection.settings_dict["NAME"]
        raise DatabaseUnusable(
            f"The database {name} keeps text as {encoding}, which has no place for many letters: "
            "make it anew with CREATE DATABASE … TEMPLATE template0 ENCODING 'UTF8'."
        )


def _sqlite_require(path: Path) -> None:
    try:
        with closing(sqlite3.connect(path, timeout=PATIENCE_SECONDS)) as database:
            # Something is written and taken back; the file stays as it was.
            database.execute("BEGIN IMMEDIATE")
            database.execute("CREATE TABLE probe_of_room (n)")
            database.execute("ROLLBACK")
    except sqlite3.Error as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _BUSY:
            return
        if code in _FULL:
            raise DatabaseUnusable(
                f"The database {path} cannot be written: {error}. Make room on its disk, then "
                "start again."
            ) from None
        raise DatabaseUnusable(
            f"The database {path} cannot be used: {error}. Check DATA_DIR and DATABASE_URL, and "
            "who may write there."
        ) from None
