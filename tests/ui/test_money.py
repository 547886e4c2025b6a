from decimal import Decimal

import pytest

from controlpanel.ui.money import usd, usd_hour, usd_month

DASH = "–"  # noqa: RUF001 - the dash that pages show


@pytest.mark.parametrize(
    ("price", "words"),
    [
        ("0.4", "$0.40/h"),
        ("1", "$1.00/h"),
        ("0.0274", "$0.0274/h"),
        ("0.00273973", "$0.00274/h"),
        ("1234.5", "$1,234.50/h"),
        ("0", "$0.00/h"),
    ],
)
def test_a_price_per_hour_keeps_the_digits_that_matter(price: str, words: str) -> None:
    assert usd_hour(Decimal(price)) == words


@pytest.mark.parametrize(
    ("price", "words"), [("0.0273973", "$20.00/mo"), ("2", "$1,460.00/mo"), ("0", "$0.00/mo")]
)
def test_a_month_has_730_hours(price: str, words: str) -> None:
    assert usd_month(Decimal(price)) == words


@pytest.mark.parametrize(
    ("amount", "words"), [("1234.5", "$1,234.50"), ("-3", "-$3.00"), ("0.004", "$0.00")]
)
def test_a_balance_is_a_plain_amount(amount: str, words: str) -> None:
    assert usd(Decimal(amount)) == words


def test_what_is_not_known_is_a_dash() -> None:
    assert usd(None) == usd_hour(None) == usd_month(None) == DASH
