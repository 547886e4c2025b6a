"""What the database's own failures mean for whoever asked it something."""

import sqlite3

import psycopg
from django.db import InterfaceError, OperationalError

# It is gone, is restarting, is full, or is too busy: asking again later may help. Everything else
# that a database says is a mistake of the panel's.
DATABASE_TROUBLE = (OperationalError, InterfaceError)


def is_full(error: BaseException) -> bool:
    """Whether the database has no room left to write."""
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return getattr(cause, "sqlite_errorcode", None) == sqlite3.SQLITE_FULL
    return isinstance(cause, psycopg.errors.DiskFull)


def first_line(error: BaseException) -> str:
    """Return what a database said, short enough for a log that is written every second."""
    return str(error).partition("\n")[0][:200]
