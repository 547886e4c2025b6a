"""Months of UTC, each named by its first day."""

from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def months_before(month: date, count: int) -> date:
    """Return the month so many before one."""
    years, rest = divmod(month.year * 12 + month.month - 1 - count, 12)
    return date(years, rest + 1, 1)


def month_after(month: date) -> date:
    return month_of(month + timedelta(days=31))
