"""Times as people read them, in their own zone: relative while they are recent, else a date.

A page has fifty: `date_format` would take several times as long, so months are kept by language.
"""

from datetime import UTC, datetime, timedelta
from functools import lru_cache

from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from .numbers import NOTHING


def when(moment: datetime | None, format: str = "auto") -> str:  # noqa: A002 - reads well in a tag
    """Show a time in the reader's zone: relative while it is recent, else its date.

    `format="full"` always shows date, time and zone. The browser keeps the others up to date,
    and shows the full time to whoever points at them.
    """
    if moment is None:
        return NOTHING
    local = timezone.localtime(moment)
    machine = f"{moment.astimezone(UTC).isoformat()[:19]}Z"
    # Nothing here is anybody's text, so that nothing needs escaping.
    if format == "full":
        return mark_safe(f'<time datetime="{machine}">{_exact(local)}</time>')  # noqa: S308
    now = timezone.now()
    text = _relative(now - moment) or _date(local, timezone.localtime(now))
    return mark_safe(  # noqa: S308
        f'<time datetime="{machine}" title="{_exact(local)}" data-when>{text}</time>'
    )


def _exact(local: datetime) -> str:
    return _("%(day)s %(month)s %(year)s, %(time)s %(zone)s") % {
        "day": f"{local.day:02}",
        "month": _months(get_language())[local.month - 1],
        "year": local.year,
        "time": local.isoformat()[11:19],
        "zone": local.tzname(),
    }


def _relative(age: timedelta) -> str:
    """Say how long ago, or in how long, within a day; otherwise nothing.

    The same words as in static/js/app.js, which keeps them up to date.
    """
    is_past = age >= timedelta(0)
    seconds = abs(age.total_seconds())
    if seconds < 45:
        return _("just now") if is_past else _("in a moment")
    if seconds < 3600:
        count = max(1, round(seconds / 60))
        if is_past:
            return ngettext("%(count)s min ago", "%(count)s min ago", count) % {"count": count}
        return ngettext("in %(count)s min", "in %(count)s min", count) % {"count": count}
    if seconds < 86_400:
        count = round(seconds / 3600)
        if is_past:
            return ngettext("%(count)s h ago", "%(count)s h ago", count) % {"count": count}
        return ngettext("in %(count)s h", "in %(count)s h", count) % {"count": count}
    return ""


def _date(local: datetime, now: datetime) -> str:
    values = {
        "day": local.day,
        "month": _months(get_language())[local.month - 1],
        "year": local.year,
        "time": local.isoformat()[11:16],
    }
    if local.year == now.year:
        return _("%(day)s %(month)s, %(time)s") % values
    return _("%(day)s %(month)s %(year)s") % values


@lru_cache(maxsize=64)
def _months(language: str | None) -> tuple[str, ...]:  # noqa: ARG001 - what they are remembered by
    """Return the short names of the months, as Django translates them."""
    return tuple(str(MONTHS_3[month]).capitalize() for month in range(1, 13))
