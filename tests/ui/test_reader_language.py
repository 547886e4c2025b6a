"""Numbers, money and dates in the reader's own way of writing them."""

from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from django.utils.translation import override

from controlpanel.ui.language import by_language
from controlpanel.ui.money import usd, usd_hour, usd_month, usd_rate
from controlpanel.ui.numbers import number
from controlpanel.ui.templatetags.console import css_text
from controlpanel.ui.times import when

MARCH = datetime(2024, 3, 5, 9, 7, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "written"),
    [("en", "1,234.50"), ("de", "1.234,50"), ("fr", "1\xa0234,50"), (None, "1,234.50")],
)
def test_a_number_has_the_separators_of_the_language(language: str | None, written: str) -> None:
    with override(language):
        assert number(Decimal("1234.5"), 2) == written


@pytest.mark.parametrize("money", [usd, usd_hour, usd_month, usd_rate])
def test_money_is_remembered_for_each_language_by_itself(
    money: Callable[[Decimal | None], str],
) -> None:
    with override("en"):
        english = money(Decimal("1234.5"))
    with override("de"):
        german = money(Decimal("1234.5"))
    with override("en"):
        assert money(Decimal("1234.5")) == english
    assert "." in english.partition(",")[2]
    assert "," in german.partition(".")[2]


@pytest.mark.parametrize(("language", "month"), [("en", "Mar"), ("de", "Mär")])
def test_a_month_has_the_name_of_the_language(language: str, month: str) -> None:
    with override(language):
        assert f"5 {month} 2024" in when(MARCH)


def test_what_is_remembered_in_one_language_is_not_said_in_another() -> None:
    asked = []

    @by_language
    def words(name: str) -> str:
        asked.append(name)
        return name.upper()

    for language in ("en", "de", "en", None):
        with override(language):
            assert words("a") == "A"
    assert asked == ["a", "a", "a"]


@pytest.mark.parametrize(
    ("text", "css"),
    [
        ("Status", '"Status"'),
        ('a "b"', '"a \\000022b\\000022"'),
        ("a\\b", '"a\\00005cb"'),
        ("a\nb</style>", '"a\\00000ab\\00003c/style>"'),
    ],
)
def test_a_text_cannot_leave_its_string_of_css(text: str, css: str) -> None:
    assert css_text(text) == css
