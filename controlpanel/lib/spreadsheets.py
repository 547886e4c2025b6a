"""CSV that a spreadsheet opens as text: what looks like a formula there would be run."""

import csv
import io
from collections.abc import Iterable, Sequence

# What a spreadsheet takes for the beginning of a formula, after blanks too, which it may drop.
FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")
MARK = "'"


def csv_text(rows: Iterable[Sequence[str]]) -> str:
    """Write rows of texts, marked where a spreadsheet would read a formula: a number is none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerows([_cell(text) for text in row] for row in rows)
    return out.getvalue()


def _cell(text: str) -> str:
    if _is_number(text) or not text.lstrip(" ").startswith(FORMULA):
        return text
    return MARK + text


def _is_number(text: str) -> bool:
    return text.isascii() and text.removeprefix("-").replace(".", "", 1).isdigit()
