"""Backup and restore of the database, the only thing that must last besides ENCRYPTION_KEYS.

A backup is what the database's own tool writes, so that it can be read without the panel: an
SQLite file, or an archive of pg_dump in its custom format.
"""

from types import ModuleType

from django.db import connection

from . import postgresql, sqlite
from .failures import BackupError

__all__ = ["BackupError", "engine"]


def engine() -> ModuleType:
    """Return how the database in use is dumped and loaded: `sqlite` or `postgresql`."""
    return sqlite if connection.vendor == "sqlite" else postgresql
