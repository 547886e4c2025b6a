"""From the JSON of an answer to typed values."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from typing import Any, Generic, TypeVar

from pydantic import ValidationError

from controlpanel.fluence import errors
from controlpanel.fluence.failures import Call
from controlpanel.fluence.texts import clean, cleaned, may_need_cleaning
from controlpanel.fluence.types.base import Answer, Page, Pagination, Unreadable

A = TypeVar("A", bound=Answer)
LONGEST_KEPT = 80
"""Of what a record that cannot be read calls itself; longer than any id that is in order."""


@dataclass(frozen=True)
class CheckedAnswer:
    """A 2xx answer, to be read as what it should be.

    What cannot be read raises MalformedAnswer after a read, and OutcomeUnknown after a change,
    which was done or not done.

    With `unreadable`, a record of a list that cannot be read is put there instead, and the others
    are read.
    """

    call: Call
    status: int
    content: bytes
    unreadable: list[Unreadable] | None = field(default=None, compare=False)

    @cached_property
    def payload(self) -> Any:  # noqa: ANN401
        """The JSON of the body, with exact amounts and texts that are clean; None when there is
        none that can be read.
        """
        try:
            found = json.loads(self.content, parse_float=Decimal)
            return cleaned(found) if may_need_cleaning(self.content) else found
        except (ValueError, RecursionError, ArithmeticError):
            return self._payload_in_spite_of_parts()

    def _payload_in_spite_of_parts(self) -> Any:  # noqa: ANN401
        """Read JSON in which a text or a number is none; it must not stop what is beside it."""
        try:
            text = self.content.decode(errors="replace")
            return cleaned(json.loads(text, strict=False, parse_float=_number, parse_int=_number))
        except (ValueError, RecursionError):
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
        rows = enumerate(self._rows())
        read = (self._read_or_leave_out(kind, row, f"items[{n}].") for n, row in rows)
        return tuple(item for item in read if item is not None)

    def glances(self, kind: type[A]) -> tuple[Glance[A], ...]:
        """Return a list's items without reading them yet; each must be an object with an `id`."""
        return tuple(
            Glance(self, kind, row, f"items[{n}].", str(row["id"]), hash(repr(row)))
            for n, row in enumerate(self._rows())
            if self._has_id(kind, row, n)
        )

    def page(self, kind: type[A]) -> Page[A]:
        """Read a page of a list; a bare array is a list that fits on one page."""
        before = len(self.unreadable or ())
        items = self.all(kind)
        unreadable = tuple((self.unreadable or ())[before:])
        found = self.payload.get("pagination") if isinstance(self.payload, dict) else None
        if found is None:
            count = len(items) + len(unreadable)
            pagination = Pagination(filtered_records=count, per_page=count, total_records=count)
        else:
            pagination = self._validated(Pagination, found, "pagination.")
        return Page(items, pagination, unreadable)

    def mapping(self, key: str, kind: type[A]) -> dict[str, A]:
        """Read an object under `key` that maps ids to values."""
        found = self.payload.get(key) if isinstance(self.payload, Mapping) else None
        if not isinstance(found, dict):
            raise self.malformed(key)
        read = {
            name: self._read_or_leave_out(kind, value, f"{key}.{name}.", name)
            for name, value in found.items()
        }
        return {name: value for name, value in read.items() if value is not None}

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

    def _has_id(self, kind: type[Answer], row: object, number: int) -> bool:
        if isinstance(row, dict) and row.get("id") is not None:
            return True
        if self.unreadable is None:
            raise self.malformed(f"items[{number}].id")
        self.unreadable.append(_unreadable(kind, row, "id (field required)"))
        return False

    def _validated(self, kind: type[A], data: object, prefix: str) -> A:
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            problem = _problem(error, prefix)
        raise self.malformed(problem)

    def _read_or_leave_out(
        self, kind: type[A], data: object, prefix: str, name: str = ""
    ) -> A | None:
        if self.unreadable is None or self.call.changes:
            return self._validated(kind, data, prefix)
        try:
            return kind.model_validate(data)
        except ValidationError as error:
            self.unreadable.append(_unreadable(kind, data, _problem(error), name))
            return None


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

    def unreadable(self, error: errors.MalformedAnswer) -> Unreadable:
        """Return what is known of an item that `read` has refused with this error."""
        problem = error.message.partition(self._where)[2].rstrip(".")
        return _unreadable(self._kind, self._data, problem)


def _problem(error: ValidationError, prefix: str = "") -> str:
    """Name the first field at fault and what is wrong with it, without what stands in it."""
    first = error.errors(include_url=False, include_input=False, include_context=False)[0]
    where = prefix + ".".join(str(part) for part in first["loc"])
    return f"{where.rstrip('.') or 'the body'} ({first['msg'].lower()})"


def _unreadable(kind: type[Answer], data: object, problem: str, known_as: str = "") -> Unreadable:
    found = data if isinstance(data, dict) else {}
    id_, name = _shown(found.get("id", known_as)), _shown(found.get("name"))
    return Unreadable(kind.__name__, id_, name, problem)


def _shown(value: object) -> str:
    """Return a word on one line, as far as a page or a log can show it."""
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    return " ".join(clean(str(value)).split())[:LONGEST_KEPT]


def _number(text: str) -> Decimal | int | str:
    """Read a number as it is written; one beyond all measure stays a text, which is no number."""
    try:
        return int(text) if text.lstrip("-").isdigit() else Decimal(text)
    except (ValueError, ArithmeticError):
        return "beyond all measure"
