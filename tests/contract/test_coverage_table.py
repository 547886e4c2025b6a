"""docs/fluence-api.md is in step with the document, the client, the simulator and the tests."""

import re

import pytest

from tests.contract.coverage import ROOT, page
from tests.contract.document import Document

TABLE = ROOT / "docs" / "fluence-api.md"
ROW = re.compile(r"\| `(\w+ /[^`]+)` \| .* \| (?:`([^`]+)`|no) \|")


@pytest.fixture(scope="module")
def files() -> dict[str, str]:
    """Return which test file the table names for which operation."""
    rows = (ROW.fullmatch(line) for line in TABLE.read_text().splitlines())
    return {row[1]: row[2] for row in rows if row}


def test_all_71_rows_say_yes(files: dict[str, str]) -> None:
    assert "71 operations; client 71, simulator 71, tested 71." in TABLE.read_text()
    assert len(files) == 71
    assert "| no |" not in TABLE.read_text()


def test_the_tests_that_it_names_are_there(files: dict[str, str]) -> None:
    assert [file for file in files.values() if not (ROOT / file).is_file()] == []


def test_it_is_what_would_be_written_now(openapi: Document, files: dict[str, str]) -> None:
    assert TABLE.read_text() == page(openapi.operations, files), "out of step: run `make docs`"
