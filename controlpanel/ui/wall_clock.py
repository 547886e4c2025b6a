"""A date and time as somebody reads them off the clock on their wall."""

from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import Any

from django import forms
from django.utils import timezone as reader

# Nothing in a log is older or newer; beyond, a step into another zone would leave the calendar.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
# No zone that anybody lives in: what bears it was written without one.
_NO_ZONE = timezone(timedelta(0), "as written")


class WallClockField(forms.DateTimeField):
    """Takes every time there is, in the reader's zone, and gives it in UTC.

    An hour that the clocks show twice is the first of the two, or with `is_later` the second. One
    that they leave out is counted on from the hour before. What is far from our time is held to
    1900 and 2200.
    """

    def __init__(self, *, is_later: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._is_later = is_later

    def to_python(self, value: Any) -> datetime | None:  # noqa: ANN401 - as the base has it
        with reader.override(_NO_ZONE):
            moment: datetime | None = super().to_python(value)
        if moment is None:
            return None
        if not EARLIEST.year <= moment.year < LATEST.year:
            return EARLIEST if moment.year < EARLIEST.year else LATEST
        if moment.tzinfo is _NO_ZONE:
            moment = self._in_zone(moment, reader.get_current_timezone())
        return moment.astimezone(UTC)

    def _in_zone(self, written: datetime, zone: tzinfo) -> datetime:
        first, later = (written.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
        is_left_out = later.utcoffset() > first.utcoffset()  # type: ignore[operator]
        return later if self._is_later and not is_left_out else first
