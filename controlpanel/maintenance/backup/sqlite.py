"""SQLite: its online backup, which takes one consistent picture while others write."""

import fcntl
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import BinaryIO

from django.conf import settings
from django.db import connection

from .failures import BackupError
from .left_out import TABLES

MAGIC = b"SQLite format 3\x00"


def dump(target: BinaryIO) -> None:
    """Write the database, as it is at one moment, to `target`."""
    with _scratch() as path:
        with closing(_opened(_database())) as source, closing(sqlite3.connect(path)) as copy:
            source.backup(copy)
            _require_whole(copy)
            _leave_out(copy)
            # One file, whoever opens it: no log beside it.
            copy.execute("PRAGMA journal_mode=DELETE")
        with path.open("rb") as file:
            shutil.copyfileobj(file, target)


def load(source: BinaryIO) -> None:
    """Replace the database by the backup in `source`."""
    connection.close()
    with _scratch() as path:
        with path.open("wb") as file:
            shutil.copyfileobj(source, file)
        with closing(_opened(path)) as backup, closing(sqlite3.connect(_database())) as database:
            _require_whole(backup)
            backup.backup(database)


def require_unused() -> None:
    """Raise unless the panel of this data folder stands still."""
    lock = Path(settings.DATA_DIR) / "run.lock"
    if not lock.exists():
        return
    with lock.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise BackupError("The panel is running: stop it first.") from None


def _database() -> Path:
    return Path(connection.settings_dict["NAME"])


def _opened(path: Path) -> sqlite3.Connection:
    return sqlite3.connect(path, timeout=20)


@contextmanager
def _scratch() -> Iterator[Path]:
    """Give a file beside the database, readable by its owner alone, and remove it afterwards."""
    with NamedTemporaryFile(dir=_database().parent, prefix="backup-") as file:
        yield Path(file.name)


def _leave_out(copy: sqlite3.Connection) -> None:
    # Overwritten, not only forgotten.
    copy.execute("PRAGMA secure_delete=ON")
    for table in TABLES:
        copy.execute(f'DELETE FROM "{table}"')  # noqa: S608 - the names are ours
    copy.commit()


def _require_whole(database: sqlite3.Connection) -> None:
    try:
        (verdict,) = database.execute("PRAGMA integrity_check(1)").fetchone()
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise BackupError(f"The SQLite database is damaged: {verdict}.")
