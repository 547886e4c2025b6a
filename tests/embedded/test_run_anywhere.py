"""`manage.py run` with its data in a folder whose name means something in addresses."""

from pathlib import Path

import pytest

from tests.stack import Stack

pytestmark = pytest.mark.stack


def test_the_data_lies_in_the_folder_that_was_named(tmp_path: Path) -> None:
    folder = tmp_path / 'a#b?c+d%41 "ü;'
    with Stack(folder) as stack:
        assert stack.answers()
        data = folder / "var"
        assert {"demo.sqlite3", "secrets.env", "run.json", "access.log"} <= {
            file.name for file in data.iterdir()
        }
        assert "Acme Robotics" in stack.shell(
            "from controlpanel.teams.models import Team; print(*Team.objects.values_list('name'))"
        )
    assert not list(tmp_path.rglob("panel.sqlite3"))
    assert [path.name for path in tmp_path.iterdir()] == [folder.name]
