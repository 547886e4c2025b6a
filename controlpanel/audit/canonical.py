"""The canonical form of an entry: the bytes that are hashed of it, by version.

A version is frozen once entries were hashed with it. A new one is a line in `FORMS`.
"""

from collections.abc import Sequence
from datetime import UTC, datetime
from json import JSONEncoder, loads
from typing import Any
from uuid import UUID

from controlpanel.ui.messages import Message

_FIRST = (
    *("action", "actor_id", "actor_kind", "actor_name", "actor_role", "at", "changes"),
    *("error_code", "ip_address", "message", "operation_id", "outcome", "request_id", "sequence"),
    *("target_id", "target_name", "target_type", "team_id"),
)
# What each version hashes. The second: what there is to say is a code and its parameters.
FORMS = {1: _FIRST, 2: (*_FIRST, "form", "said")}
LATEST_FORM = max(FORMS)
# What must be read of an entry to hash it, whatever its version.
HASHED_COLUMNS = tuple("text" if name == "message" else name for name in FORMS[LATEST_FORM])
_FORM = HASHED_COLUMNS.index("form")


def canonical_json(values: Sequence[Any]) -> bytes:
    """Return the bytes that are hashed of an entry; its values begin with `HASHED_COLUMNS`.

    JSON with sorted keys, no spaces, in UTF-8, times in UTC with microseconds. Values may be
    Python's, or text as PostgreSQL's COPY writes it. The column `form` tells the version.
    """
    version = int(values[_FORM] or 1)
    plain = dict(zip(FORMS[version], values, strict=False))
    plain["sequence"] = int(plain["sequence"])
    plain["changes"] = _object(plain["changes"])
    if version > 1:
        plain["form"], plain["said"] = version, _object(plain["said"])
    return _encode(plain).encode()


def _object(value: Any) -> Any:  # noqa: ANN401
    return loads(value) if isinstance(value, str) else value


def _plain(value: object) -> object:
    match value:
        case datetime():
            return value.astimezone(UTC).isoformat(timespec="microseconds")
        case UUID():
            return str(value)
        case Message():
            return value.as_json()
    raise TypeError(f"{type(value).__name__} has no canonical form")


# Without a check for circles, which columns cannot hold: it would take a tenth of the time.
_encode = JSONEncoder(
    sort_keys=True,
    separators=(",", ":"),
    ensure_ascii=False,
    check_circular=False,
    default=_plain,
).encode
