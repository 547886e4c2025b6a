"""Reading a request's body, with complaints that name the field."""

from __future__ import annotations

import re
from typing import Any

from controlpanel.simulator.router import ApiError, as_uuid

LONGEST_NAME = 25
NAME = re.compile(r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")


class Fields:
    """A JSON object of a request. `where` is the path to it, for messages."""

    def __init__(self, body: object, where: str = "") -> None:
        if not isinstance(body, dict):
            raise ApiError("unprocessable_entity", f"{where or 'body'}: must be a JSON object.")
        self._body: dict[str, Any] = body
        self._where = f"{where}." if where else ""

    def __contains__(self, field: str) -> bool:
        return field in self._body

    def has(self, field: str) -> bool:
        """Whether a field is there and not null."""
        return self._body.get(field) is not None

    def name_of(self, field: str) -> str:
        return f"{self._where}{field}"

    def optional(self, field: str) -> Any:  # noqa: ANN401
        return self._body.get(field)

    def required(self, field: str) -> Any:  # noqa: ANN401
        if self._body.get(field) is None:
            raise self.wrong(field, "is required")
        return self._body[field]

    def text(self, field: str) -> str:
        value = self.required(field)
        if not isinstance(value, str) or not value.strip() or not _can_be_written(value):
            raise self.wrong(field, "must be a text that is not empty")
        return value

    def name(self) -> str:
        """Return the name of a VM, disk, address, network or group, as the vendor validates it."""
        name = self.text("name")
        if len(name) > LONGEST_NAME or not NAME.fullmatch(name):
            problem = f"must have 1 to {LONGEST_NAME} characters and match {NAME.pattern}"
            raise self.wrong("name", problem)
        return name

    def words(self, field: str) -> str:
        """Return a text that may be empty."""
        value = self.required(field)
        if not isinstance(value, str) or not _can_be_written(value):
            raise self.wrong(field, "must be a text")
        return value

    def uuid(self, field: str) -> str:
        return as_uuid(self.text(field), self.name_of(field))

    def uuids(self, field: str) -> list[str]:
        name = self.name_of(field)
        return [as_uuid(value, f"{name}[{n}]") for n, value in enumerate(self.array(field))]

    def integer(self, field: str) -> int:
        return self._number(field, -(2**63), 2**63 - 1)

    def whole_number(self, field: str, *, bits: int = 64) -> int:
        return self._number(field, 0, 2**bits - 1)

    def boolean(self, field: str) -> bool:
        value = self.required(field)
        if not isinstance(value, bool):
            raise self.wrong(field, "must be true or false")
        return value

    def one_of(self, field: str, *choices: str) -> str:
        value = self.text(field)
        if value not in choices:
            raise self.wrong(field, f"must be one of {', '.join(choices)}")
        return value

    def array(self, field: str) -> list[Any]:
        """Return an array; an absent one is empty."""
        value = self._body.get(field, [])
        if not isinstance(value, list):
            raise self.wrong(field, "must be an array")
        return value

    def _number(self, field: str, least: int, most: int) -> int:
        value = self.required(field)
        is_number = isinstance(value, int) and not isinstance(value, bool)
        if not is_number or not least <= value <= most:
            raise self.wrong(field, f"must be a whole number from {least} to {most}")
        return int(value)

    def wrong(self, field: str, problem: str) -> ApiError:
        return ApiError("unprocessable_entity", f"{self.name_of(field)}: {problem}.")


def _can_be_written(text: str) -> bool:
    r"""Whether it is Unicode: JSON may hold half a character, such as "\ud800"."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True
