"""Times of the calendar's edges, and of the hours that clocks show twice or not at all."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from controlpanel.ui.wall_clock import EARLIEST, LATEST, WallClockField

BERLIN = ZoneInfo("Europe/Berlin")


def read(text: str, zone: str = "Europe/Berlin", *, is_later: bool = False) -> datetime | None:
    with timezone.override(ZoneInfo(zone)):
        found: datetime | None = WallClockField(required=False, is_later=is_later).clean(text)
        return found


def at(*numbers: int) -> datetime:
    return datetime(*numbers, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize("is_later", [False, True])
def test_a_plain_time_is_the_readers(is_later: bool) -> None:
    assert read("2026-01-31T14:00", is_later=is_later) == at(2026, 1, 31, 13)
    assert read("2026-07-31 14:00", is_later=is_later) == at(2026, 7, 31, 12)
    assert read("2026-07-31T14:00+05:30", is_later=is_later) == at(2026, 7, 31, 8, 30)
    assert read("2026-07-31T14:00Z", is_later=is_later) == at(2026, 7, 31, 14)
    assert read("") is None


def test_of_an_hour_that_comes_twice_both_are_within() -> None:
    assert read("2026-10-25T02:30") == at(2026, 10, 25, 0, 30)
    assert read("2026-10-25T02:30", is_later=True) == at(2026, 10, 25, 1, 30)


@pytest.mark.parametrize("is_later", [False, True])
def test_an_hour_that_is_left_out_is_counted_on_from_the_one_before(is_later: bool) -> None:
    assert read("2026-03-29T02:30", is_later=is_later) == at(2026, 3, 29, 1, 30)


@pytest.mark.parametrize("zone", ["Etc/GMT-14", "Etc/GMT+12", "Europe/Berlin", "UTC"])
def test_the_calendars_edges_are_far_away_and_no_more(zone: str) -> None:
    for text in ("0001-01-01", "0001-01-01T00:00", "1899-12-31T23:59"):
        assert read(text, zone) == EARLIEST
    for text in ("9999-12-31T23:59", "9999-12-31T23:59:59.999999", "2200-01-01T00:00"):
        assert read(text, zone) == LATEST


@pytest.mark.parametrize("text", ["2026-02-30T00:00", "10000-01-01T00:00", "soon", "0000-01-01"])
def test_what_is_no_time_is_told(text: str) -> None:
    with pytest.raises(ValidationError):
        read(text)
