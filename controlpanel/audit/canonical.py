"""The canonical form of an entry: the bytes that are hashed of it, by version.

A version is frozen once entries were hashed with it. A new one is a line in `FORMS`.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from json import JSONEncoder, loads
from typing import Any
from uuid import UUID

from controlpanel.ui.messages import Message

_FIRST = (
    *("action", "actor_id", "actor_kind", "actor_name", "actor_role", "at", "changes"),
    *("error_code", "ip_address", "text", "operation_id", "outcome", "request_id", "sequence"),
    *("target_id", "target_name", "target_type", "team_id"),
)
# Which columns each version hashes.
FORMS: dict[int, tuple[str, ...]] = {
    1: _FIRST,
    # What there is to say is a code and its parameters.
    2: (*_FIRST, "form", "said"),
}
LATEST_FORM = max(FORMS)
# What must be read of an entry to hash it, whatever its version.
HASHED_COLUMNS = tuple(dict.fromkeys(name for names in FORMS.values() for name in names))
# Where a column is not called as in the canonical form.
_NAMES = {"text": "message"}
_encode = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def canonical_json(values: Mapping[str, Any]) -> bytes:
    """Return the bytes that are hashed of an entry, given by column; `form` tells the version.

    JSON with sorted keys, no spaces, in UTF-8, times in UTC with microseconds. Values may be
    Python's, or text as PostgreSQL's COPY writes it.
    """
    plain = {
        _NAMES.get(name, name): _PLAIN[name](values[name]) if name in _PLAIN else values[name]
        for name in FORMS[int(values["form"] or 1)]
    }
    return _encode(plain).encode()


def _time(value: datetime | str) -> str:
    if isinstance(value, str):  # written by the database
        return value
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _id(value: UUID | str | None) -> str | None:
    return str(value) if value else None


def _object(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, Message):
        return value.as_json()
    return loads(value) if isinstance(value, str) else value


_PLAIN: dict[str, Callable[[Any], Any]] = {
    "at": _time,
    "changes": _object,
    "form": int,
    "operation_id": _id,
    "said": _object,
    "sequence": int,
    "team_id": _id,
}
