"""The SQLite database and its folder are for their owner alone, however they were made."""

import stat
from pathlib import Path

from django.db.backends.sqlite3.base import DatabaseWrapper

from controlpanel.lib.file_modes import narrow
from controlpanel.maintenance.file_modes import after_connect


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_a_database_and_its_log_are_narrowed_as_they_are_opened(tmp_path: Path) -> None:
    file = tmp_path / "panel.sqlite3"
    database = DatabaseWrapper({"NAME": file, "OPTIONS": {}, "TIME_ZONE": None, "USER": ""})
    for path in (file, file.with_name("panel.sqlite3-wal")):
        path.touch()
        path.chmod(0o644)
    after_connect(database)
    assert {path.name: mode(path) for path in tmp_path.iterdir()} == {
        "panel.sqlite3": 0o600,
        "panel.sqlite3-wal": 0o600,
    }


def test_a_folder_for_all_is_left_alone(tmp_path: Path) -> None:
    ours, everybodys = tmp_path / "var", tmp_path / "tmp"
    for folder, before in ((ours, 0o755), (everybodys, 0o1777)):
        folder.mkdir()
        folder.chmod(before)
        narrow(folder, 0o700)
    assert (mode(ours), mode(everybodys)) == (0o700, 0o1777)
    narrow(tmp_path / "nothing", 0o700)
