"""How filters and ids are written into a URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from math import inf
from typing import Any, Protocol, TypeVar

from pydantic.alias_generators import to_camel

from controlpanel.fluence.bounds import MOST_PAGES
from controlpanel.fluence.errors import MalformedAnswer
from controlpanel.fluence.types.base import Page, Unreadable

Query = Mapping[str, str]


class HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)


def segment(remote_id: str) -> str:
    """Return an id as a path segment. Raises ValueError for what could change the path."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", remote_id):
        raise ValueError("An id is made of letters, digits, '-' and '_'.")
    return remote_id


def query(**filters: object) -> dict[str, str]:
    """Write filters as the API names them (`cluster_id` -> `clusterId`), without those of None.

    Arrays are in bracket notation (`ids[0]=…&ids[1]=…`).
    """
    written: dict[str, str] = {}
    for name, value in filters.items():
        key = to_camel(name)
        if value is None:
            continue
        if isinstance(value, Iterable) and not isinstance(value, str):
            written.update({f"{key}[{index}]": _plain(item) for index, item in enumerate(value)})
        else:
            written[key] = _plain(value)
    return written


def given(**fields: Any) -> dict[str, Any]:
    """Return the body of an update: the fields that are not None, as the API names them."""
    return {to_camel(name): value for name, value in fields.items() if value is not None}


def moment(value: datetime | None) -> str | None:
    """Write a moment as the API does: "2026-11-23T10:00:00Z". Raises ValueError without a zone."""
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError("A moment needs a time zone.")
    return value.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _plain(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def every_page(
    fetch: Callable[..., Page[T]], filters: Mapping[str, Any], per_page: int
) -> Iterator[T]:
    """Yield the items of all pages of a list that takes `filters`, `page` and `per_page`."""
    # An iterator among the filters would be used up by the first page.
    kept = {
        name: tuple(value) if isinstance(value, Iterable) and not isinstance(value, str) else value
        for name, value in filters.items()
    }
    return every_item(lambda number: fetch(page=number, per_page=per_page, **kept))


def every_item(fetch: Callable[[int | None], Page[T]]) -> Iterator[T]:
    """Yield the items of all pages, asking for each page only when it is needed.

    `fetch` takes a page number, None for the first. Counting goes on from the number the server
    gives, so it need not begin with 1. An item that slides onto the next page while we read is
    yielded once. All are there when the server's count is reached or, if it gives none, when a
    page has nothing new. What could not be read counts too, but is not yielded.

    Raises:
        MalformedAnswer: the list goes on beyond MOST_PAGES.
    """
    seen: set[str | Unreadable] = set()
    number: int | None = None
    for _ in range(MOST_PAGES):
        page, before = fetch(number), len(seen)
        fresh = [item for item in page.items if item.id not in seen]
        seen.update(item.id for item in fresh)
        seen.update(page.unreadable)
        yield from fresh
        if len(seen) == before or len(seen) >= (page.pagination.filtered_records or inf):
            return
        number = page.pagination.current_page + 1
    raise MalformedAnswer(f"A list has no end: {MOST_PAGES} pages were read.", code="list_too_long")
