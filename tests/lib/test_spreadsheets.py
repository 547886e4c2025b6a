"""CSV that a spreadsheet opens without running any of it."""

import csv
import io

import pytest

from controlpanel.lib.spreadsheets import csv_text


@pytest.mark.parametrize(
    "text", ["=1+1", "+1-2", "-cmd", "@sum(a1)", "\t=1", "\r=1", "\n=1", "  =1", "-1.2.3", "-"]
)
def test_what_looks_like_a_formula_is_marked(text: str) -> None:
    assert read(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "web-1", "0", "-5.25", "12.0000000001", 'a "b", c', "a\nb"])
def test_all_else_is_as_it_was(text: str) -> None:
    assert read(text) == text


def read(text: str) -> str:
    [[first, found]] = csv.reader(io.StringIO(csv_text([["x", text]]), newline=""))
    assert first == "x"
    return found
