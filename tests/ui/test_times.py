from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from controlpanel.ui.times import when

NOON = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon_in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(timezone, "now", lambda: NOON)
    with timezone.override(ZoneInfo("Europe/Berlin")):
        yield


@pytest.mark.parametrize(
    ("age", "words"),
    [
        (timedelta(seconds=0), "just now"),
        (timedelta(seconds=44), "just now"),
        (timedelta(seconds=46), "1 min ago"),
        (timedelta(minutes=59), "59 min ago"),
        (timedelta(hours=5), "5 h ago"),
        (timedelta(days=3), "29 May, 14:00"),
        (timedelta(days=400), "27 Apr 2025"),
        (timedelta(seconds=-10), "in a moment"),
        (timedelta(hours=-2), "in 2 h"),
    ],
)
def test_it_is_relative_within_a_day_and_a_date_beyond(age: timedelta, words: str) -> None:
    assert f">{words}</time>" in when(NOON - age)


def test_it_carries_the_exact_time_for_machines_and_for_the_reader() -> None:
    html = when(NOON)
    assert 'datetime="2026-06-01T12:00:00Z"' in html
    assert 'title="01 Jun 2026, 14:00:00 CEST"' in html


def test_it_shows_the_exact_time_when_asked_to() -> None:
    assert ">01 Jun 2026, 14:00:00 CEST</time>" in when(NOON, format="full")


def test_a_time_that_is_not_known_is_a_dash() -> None:
    assert when(None) == "–"  # noqa: RUF001 - the dash that pages show
