"""The SQLite database is for its owner alone."""

from pathlib import Path
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from controlpanel.lib.file_modes import narrow


def after_connect(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Narrow the file of an SQLite database, and those that SQLite keeps beside it."""
    if connection.vendor == "sqlite":
        for suffix in ("", "-wal", "-shm"):
            narrow(Path(f"{connection.settings_dict['NAME']}{suffix}"), 0o600)
