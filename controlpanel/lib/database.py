"""What the database's own failures mean for whoever asked it something."""

import shutil
import sqlite3
from pathlib import Path

import psycopg
from django.db import InterfaceError, OperationalError, connection

# It is gone, is restarting, is full, or is too busy: asking again later may help. Everything else
# that a database says is a mistake of the panel's.
DATABASE_TROUBLE = (OperationalError, InterfaceError)
# Of a code of SQLite's, the part that is not finer than its documented result codes.
PRIMARY = 0xFF
LEAST_BYTES = 1_000_000
_kept: list[sqlite3.Connection] = []


def is_full(error: BaseException) -> bool:
    """Whether the database has no room left to write."""
    cause = error.__cause__
    if not isinstance(cause, sqlite3.Error):
        return isinstance(cause, psycopg.errors.DiskFull)
    code = getattr(cause, "sqlite_errorcode", 0)
    # Without room for its own small files beside the database, SQLite speaks of the disk only.
    is_of_disk = code & PRIMARY == sqlite3.SQLITE_IOERR and sqlite_has_no_room()
    return code == sqlite3.SQLITE_FULL or is_of_disk


def sqlite_has_no_room() -> bool:
    """Whether less than a megabyte is left where SQLite's file is."""
    folder = Path(connection.settings_dict["NAME"]).parent
    return folder.is_dir() and shutil.disk_usage(folder).free < LEAST_BYTES


def sqlite_files_keep() -> None:
    """Keep SQLite's log and its index on the disk for as long as this process lives.

    The last connection that is closed would delete them. On a full disk they could not be made
    anew, and without them nothing can be read either.
    """
    if connection.vendor == "sqlite":
        kept = sqlite3.connect(connection.settings_dict["NAME"], check_same_thread=False)
        kept.execute("PRAGMA schema_version")
        _kept.append(kept)


def first_line(error: BaseException) -> str:
    """Return what a database said, short enough for a log that is written every second."""
    return str(error).partition("\n")[0][:200]
