"""How filters and ids are written into a URL."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Protocol, TypeVar

from controlpanel.fluence.types.base import Page


class HasId(Protocol):
    @property
    def id(self) -> str: ...


T = TypeVar("T", bound=HasId)


def segment(remote_id: str) -> str:
    """Return an id as a path segment. Raises ValueError for what could change the path."""
    if not re.fullmatch(r"[A-Za-z0-9_-]+", remote_id):
        raise ValueError("An id is made of letters, digits, '-' and '_'.")
    return remote_id


def query(**values: str | int | Iterable[str] | None) -> dict[str, str]:
    """Write arrays in bracket notation (`ids[0]=…&ids[1]=…`) and leave out what is None."""
    written: dict[str, str] = {}
    for name, value in values.items():
        if value is None:
            continue
        if isinstance(value, str | int):
            written[name] = str(value)
            continue
        written.update({f"{name}[{index}]": item for index, item in enumerate(value)})
    return written


def every_item(fetch: Callable[[int | None], Page[T]]) -> Iterator[T]:
    """Yield the items of all pages, asking for each page only when it is needed.

    `fetch` takes a page number, None for the first. Counting goes on from the number the server
    gives, so it need not begin with 1. An item that slides onto the next page while we read is
    yielded once, and a page without anything new ends the list.
    """
    seen: set[str] = set()
    number: int | None = None
    while True:
        page = fetch(number)
        fresh = [item for item in page.items if item.id not in seen]
        seen.update(item.id for item in fresh)
        yield from fresh
        if not fresh or len(seen) >= page.pagination.filtered_records:
            return
        number = page.pagination.current_page + 1
