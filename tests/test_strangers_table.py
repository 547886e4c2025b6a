"""docs/reliability.md says which tests hold what strangers tried; each of them is there."""

import re

from tests.stack import BASE_DIR

_, _, TABLE = (
    (BASE_DIR / "docs" / "reliability.md").read_text().partition("## What strangers tried")
)
FILES = {path.name: path for path in (BASE_DIR / "tests").rglob("test_*.py")}


def test_each_row_names_tests_that_exist() -> None:
    functions = {
        name
        for path in FILES.values()
        for name in re.findall(r"^def (test_\w+)", path.read_text(), re.MULTILINE)
    }
    rows = re.findall(r"^\| (?!Example).+$", TABLE, re.MULTILINE)
    assert len(rows) > 60
    for row in rows:
        cell = row.rpartition("|")[0].rpartition("|")[2]
        files = set(re.findall(r"(?:[\w/]+/)?(test_\w+\.py)", cell))
        named = set(re.findall(r"(test_\w+)\b(?!\.py)", cell))
        assert files or named, row
        assert files <= FILES.keys(), files - FILES.keys()
        assert named <= functions, named - functions
