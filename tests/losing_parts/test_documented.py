"""docs/reliability.md has a row for each part that is lost here, and each row names its tests."""

import re
from pathlib import Path

from tests.stack import BASE_DIR

TEXT = (BASE_DIR / "docs" / "reliability.md").read_text()
TABLE = TEXT.partition("## What is lost")[2].partition("## What strangers")[0]
HERE = Path(__file__).parent


def names_here() -> dict[str, set[str]]:
    """The names of the tests, by file."""
    return {
        file.stem: set(re.findall(r"^def (test_\w+)", file.read_text(), re.MULTILINE))
        for file in HERE.glob("test_*.py")
        if file.stem != "test_documented"
    }


def test_every_row_names_tests_that_exist() -> None:
    rows = re.findall(r"^\| (?!Lost)[A-Z].*$", TABLE, re.MULTILINE)
    known = set().union(*names_here().values())
    assert len(rows) == 8
    for row in rows:
        named = set(re.findall(r"`(test_\w+)`", row.rpartition("|")[0].rpartition("|")[2]))
        assert named, row
        assert named <= known, named - known


def test_every_file_of_tests_is_in_the_table() -> None:
    named = set(re.findall(r"`(test_\w+)`", TABLE))
    for file, names in names_here().items():
        assert named & names, file
