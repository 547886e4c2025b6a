"""Filters, order and pages of lists, as the query asks for them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from controlpanel.simulator.records import Thing
from controlpanel.simulator.router import ApiError, as_uuid

Query = dict[str, list[str]]
R = TypeVar("R", bound=Thing)
T = TypeVar("T")

PER_PAGE = 10
MOST_PER_PAGE = 100
INT64, UINT64 = range(-(2**63), 2**63), range(2**64)


def single(query: Query, name: str) -> str | None:
    """Return a parameter's last value, None when absent."""
    values = query.get(name)
    return values[-1] if values else None


def several(query: Query, name: str) -> list[str]:
    """Return an array in either notation: `ids[0]=a&ids[1]=b`, or a plain `ids=a`."""
    bracketed = re.compile(re.escape(name) + r"\[\d*\]")
    return [
        value
        for key, values in query.items()
        if key == name or bracketed.fullmatch(key)
        for value in values
    ]


def choices(query: Query, name: str, allowed: Iterable[str]) -> list[str]:
    """Return an array of words; the guide writes some in another case (`Launched`)."""
    spelt = {value.lower(): value for value in allowed}
    values = several(query, name)
    for value in values:
        if value.lower() not in spelt:
            raise ApiError("bad_request", f"{name}: unknown value {value!r}.")
    return [spelt[value.lower()] for value in values]


def choice(query: Query, name: str, allowed: Iterable[str]) -> str | None:
    values = choices(query, name, allowed)
    return values[-1] if values else None


def uuids(query: Query, name: str) -> list[str]:
    return [as_uuid(value, name) for value in several(query, name)]


def single_uuid(query: Query, name: str) -> str | None:
    value = single(query, name)
    return None if value is None else as_uuid(value, name)


def flag(query: Query, name: str) -> bool:
    value = single(query, name) or "false"
    if value not in ("true", "false"):
        raise ApiError("bad_request", f"{name}: must be true or false.")
    return value == "true"


def integer(query: Query, name: str, within: range = INT64) -> int | None:
    value = single(query, name)
    if value is None:
        return None
    if not re.fullmatch(r"-?[0-9]{1,20}", value) or int(value) not in within:
        least, most = within[0], within[-1]
        raise ApiError("bad_request", f"{name}: must be a whole number from {least} to {most}.")
    return int(value)


def day(query: Query, name: str) -> date | None:
    """Return a date such as 2026-03-01."""
    value = single(query, name)
    try:
        return None if value is None else datetime.strptime(value, "%Y-%m-%d").date()  # noqa: DTZ007
    except ValueError:
        raise ApiError("bad_request", f"{name}: must be a date such as 2026-03-01.") from None


def instant(query: Query, name: str) -> datetime | None:
    """Return a date and time; without an offset it is UTC."""
    value = single(query, name)
    if value is None:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise ApiError("unprocessable_entity", f"{name}: must be a date and time.") from None
    return at if at.tzinfo else at.replace(tzinfo=UTC)


def ilike(pattern: str) -> re.Pattern[str]:
    r"""Compile an ILIKE pattern: `%` is any text, `_` any character, `\` makes either plain."""
    signs = {"%": ".*", "_": "."}
    parts = re.findall(r"\\(.)|(.)", pattern, re.DOTALL)
    expression = "".join(
        re.escape(kept) or signs.get(sign, re.escape(sign)) for kept, sign in parts
    )
    return re.compile(expression, re.IGNORECASE | re.DOTALL)


def filtered(rows: Iterable[R], query: Query, statuses: Iterable[str]) -> list[R]:
    """Apply the filters that all lists of rented things share."""
    ids, name = set(uuids(query, "ids")), single(query, "name") or ""
    wanted = choices(query, "status", statuses)
    unwanted = choices(query, "excludeStatus", statuses)
    pattern = ilike(name) if name else None
    return [
        row
        for row in rows
        if (not ids or row.id in ids)
        and (pattern is None or pattern.fullmatch(row.name))
        and (not wanted or row.status in wanted)
        and row.status not in unwanted
    ]


def in_order(rows: list[R], query: Query) -> list[R]:
    """Sort as asked; newest first when not asked."""
    sort = choice(query, "sort", ("createdAt", "name", "status")) or "createdAt"
    order = choice(query, "order", ("asc", "desc")) or "desc"
    keys: dict[str, Callable[[R], Any]] = {
        "createdAt": lambda row: row.number,
        "name": lambda row: (row.name, row.number),
        "status": lambda row: (row.status, row.number),
    }
    return sorted(rows, key=keys[sort], reverse=order == "desc")


def page_of(rows: list[T], query: Query, total: int, write: Callable[[T], Any]) -> dict[str, Any]:
    """Cut out the page asked for; pages count from 1. `total` is the length before filters."""
    page = integer(query, "page", UINT64) or 1
    per_page = min(integer(query, "perPage", UINT64) or PER_PAGE, MOST_PER_PAGE)
    first = (page - 1) * per_page
    return {
        "items": [write(row) for row in rows[first : first + per_page]],
        "pagination": {
            "currentPage": page,
            "filteredRecords": len(rows),
            "perPage": per_page,
            "totalPages": -(-len(rows) // per_page),
            "totalRecords": total,
        },
    }
