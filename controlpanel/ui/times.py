"""Times as people read them, in their own zone: relative while they are recent, else a date.

A page has fifty: `date_format` would take several times as long, so what the language
decides is looked up once.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .language import by_language
from .numbers import NOTHING


class Clock:
    """Shows times to a reader whose zone and language, and the time it is, are looked up once."""

    def __init__(self) -> None:
        self._zone, self._words = timezone.get_current_timezone(), _words()
        self._now = timezone.now()
        self._year = self._now.astimezone(self._zone).year

    def when(self, moment: datetime | None, format: str = "auto") -> str:  # noqa: A002 - reads well
        """As the function `when`."""
        if moment is None:
            return NOTHING
        local, words = moment.astimezone(self._zone), self._words
        machine = f"{moment.astimezone(UTC).isoformat()[:19]}Z"
        exact = _exact(local, words)
        # Nothing here is anybody's text, so that nothing needs escaping.
        if format == "full":
            return SafeString(f'<time datetime="{machine}">{exact}</time>')
        if format == "day":
            return SafeString(f'<time datetime="{machine}">{_day(local, words)}</time>')
        text = _relative(self._now - moment, words) or _date(local, self._year, words)
        if format == "text":
            return SafeString(text)
        return SafeString(f'<time datetime="{machine}" title="{exact}">{text}</time>')


def when(moment: datetime | None, format: str = "auto") -> str:  # noqa: A002 - reads well in a tag
    """Show a time in the reader's zone: relative while it is recent, else its date.

    `format="full"` always shows date, time and zone, `format="day"` the date alone, and
    `format="text"` words for an attribute. The browser keeps the others up to date, and shows the
    full time to whoever points at them.
    """
    return Clock().when(moment, format)


class _Words(NamedTuple):
    """What the language decides: the months' short names, patterns of dates, relative times."""

    months: tuple[str, ...]
    exact: str
    this_year: str
    earlier: str
    relative: Callable[[str, int, bool], str]


@by_language
def _words() -> _Words:
    return _Words(
        months=tuple(str(MONTHS_3[month]).title() for month in range(1, 13)),
        exact=_("%(day)02d %(month)s %(year)s, %(time)s %(zone)s"),
        this_year=_("%(day)s %(month)s, %(time)s"),
        earlier=_("%(day)s %(month)s %(year)s"),
        relative=lru_cache(_relative_words),
    )


def _exact(local: datetime, words: _Words) -> str:
    return words.exact % {
        "day": local.day,
        "month": words.months[local.month - 1],
        "year": local.year,
        "time": local.isoformat()[11:19],
        "zone": local.tzname(),
    }


def _day(local: datetime, words: _Words) -> str:
    month = words.months[local.month - 1]
    return words.earlier % {"day": local.day, "month": month, "year": local.year}


def _date(local: datetime, this_year: int, words: _Words) -> str:
    if local.year != this_year:
        return _day(local, words)
    return words.this_year % {
        "day": local.day,
        "month": words.months[local.month - 1],
        "time": local.isoformat()[11:16],
    }


def _relative(age: timedelta, words: _Words) -> str:
    """Say how long ago, or in how long, within a day; otherwise nothing."""
    is_past = age >= timedelta(0)
    seconds = abs(age.total_seconds())
    if seconds >= 86_400:
        return ""
    if seconds < 45:
        unit, count = "", 0
    elif seconds < 3600:
        unit, count = "min", max(1, round(seconds / 60))
    else:
        unit, count = "h", round(seconds / 3600)
    return words.relative(unit, count, is_past)


def _relative_words(unit: str, count: int, is_past: bool) -> str:
    """The same words as in static/js/app.js, which keeps them up to date."""
    if not unit:
        return _("just now") if is_past else _("in a moment")
    if unit == "min" and is_past:
        words = ngettext("%(count)s min ago", "%(count)s min ago", count)
    elif unit == "min":
        words = ngettext("in %(count)s min", "in %(count)s min", count)
    elif is_past:
        words = ngettext("%(count)s h ago", "%(count)s h ago", count)
    else:
        words = ngettext("in %(count)s h", "in %(count)s h", count)
    return words % {"count": count}
