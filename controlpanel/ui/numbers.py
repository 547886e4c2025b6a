"""Numbers as the reader writes them."""

from decimal import Decimal

from django.utils.formats import get_format

from .language import by_language

NOTHING = "–"  # noqa: RUF001 - what stands where a value is not known


def number(value: int | Decimal, digits: int = 0) -> str:
    """Write a number with thousands apart and so many digits after the point."""
    return localized(f"{value:,.{digits}f}")


def localized(text: str) -> str:
    """Give a number that is written as in English the separators of the active language."""
    marks = _marks()
    return text.translate(marks) if marks else text


@by_language
def _marks() -> dict[int, str]:
    point, comma = get_format("DECIMAL_SEPARATOR"), get_format("THOUSAND_SEPARATOR")
    return {} if (point, comma) == (".", ",") else str.maketrans({".": point, ",": comma})


def page_number(text: str) -> int:
    """Return the number of a page, counted from 1; what is none means the first."""
    return max(1, int(text)) if text.isascii() and text.isdigit() and len(text) < 9 else 1
