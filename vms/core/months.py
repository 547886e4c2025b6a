"""Months of UTC, each named by its first day."""

from datetime import date, timedelta


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_before(month: date) -> date:
    return month_of(month - timedelta(days=1))


def month_after(month: date) -> date:
    return month_of(month + timedelta(days=31))
