"""From the JSON of an answer to typed values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from controlpanel.fluence import errors
from controlpanel.fluence.failures import Call
from controlpanel.fluence.texts import cleaned, may_need_cleaning
from controlpanel.fluence.types.base import Answer, Page, Pagination

A = TypeVar("A", bound=Answer)


@dataclass(frozen=True)
class CheckedAnswer:
    """A 2xx answer, to be read as what it should be.

    What cannot be read raises MalformedAnswer after a read, and OutcomeUnknown after a change,
    which was done or not done.
    """

    call: Call
    status: int
    content: bytes

    @cached_property
    def payload(self) -> Any:  # noqa: ANN401
        """The JSON of the body, with exact amounts and texts that are clean; None when there is
        none that can be read.
        """
        try:
            found = json.loads(self.content, parse_float=Decimal)
            return cleaned(found) if may_need_cleaning(self.content) else found
        except (ValueError, RecursionError, ArithmeticError):
            return None

    def text(self) -> str:
        """Read a body that is not JSON."""
        try:
            return self.content.decode()
        except UnicodeDecodeError:
            problem = "the body (not text in UTF-8)"
        raise self.malformed(problem)

    def one(self, kind: type[A]) -> A:
        """Read a single object."""
        if not isinstance(self.payload, dict):
            raise self.malformed("the body")
        return self._validated(kind, self.payload, "")

    def all(self, kind: type[A]) -> tuple[A, ...]:
        """Read a list: `{"items": [...]}`, or the bare array of an older server."""
        return tuple(
            self._validated(kind, row, f"items[{n}].") for n, row in enumerate(self._rows())
        )

    def glances(self, kind: type[A]) -> tuple[Glance[A], ...]:
        """Return a list's items without reading them yet; each must be an object with an `id`."""
        return tuple(
            Glance(self, kind, row, f"items[{n}].", str(row["id"]), hash(repr(row)))
            for n, row in enumerate(self._rows())
            if self._has_id(row, n)
        )

    def page(self, kind: type[A]) -> Page[A]:
        """Read a page of a list; a bare array is a list that fits on one page."""
        items = self.all(kind)
        found = self.payload.get("pagination") if isinstance(self.payload, dict) else None
        if found is None:
            count = len(items)
            return Page(
                items, Pagination(filtered_records=count, per_page=count, total_records=count)
            )
        return Page(items, self._validated(Pagination, found, "pagination."))

    def mapping(self, key: str, kind: type[A]) -> dict[str, A]:
        """Read an object under `key` that maps ids to values."""
        found = self.payload.get(key) if isinstance(self.payload, Mapping) else None
        if not isinstance(found, dict):
            raise self.malformed(key)
        return {
            name: self._validated(kind, value, f"{key}.{name}.") for name, value in found.items()
        }

    def malformed(self, field: str) -> errors.FluenceError:
        """Return the error that names what in this answer could not be read."""
        message = f"Fluence's answer could not be read: {field}."
        if self.call.changes:
            kind: type[errors.FluenceError] = errors.OutcomeUnknown
        else:
            kind = errors.MalformedAnswer
            message = f"Fluence's answer to {self.call.endpoint} could not be read: {field}."
        return self.call.fails(kind, "unreadable_answer", message=message, status=self.status)

    def _rows(self) -> list[Any]:
        rows = self.payload
        if isinstance(rows, dict):
            rows = [] if "items" in rows and rows["items"] is None else rows.get("items")
        if not isinstance(rows, list):
            raise self.malformed("items")
        return rows

    def _has_id(self, row: object, number: int) -> bool:
        if isinstance(row, dict) and row.get("id") is not None:
            return True
        raise self.malformed(f"items[{number}].id")

    def _validated(self, kind: type[A], data: object, prefix: str) -> A:
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False, include_context=False)[0]
            field = prefix + ".".join(str(part) for part in first["loc"])
            problem = f"{field.rstrip('.') or 'the body'} ({first['msg'].lower()})"
        raise self.malformed(problem)


@dataclass(frozen=True, slots=True)
class Glance(Generic[A]):
    """An item of a list that is read only if it is wanted: reading costs more than all the rest.

    `digest` is the same as long as the item is, to the letter; it holds within one process.
    """

    _answer: CheckedAnswer
    _kind: type[A]
    _data: object
    _where: str
    id: str
    digest: int

    def read(self) -> A:
        """Return the item. Raises MalformedAnswer."""
        return self._answer._validated(self._kind, self._data, self._where)
