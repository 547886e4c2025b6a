"""The canonical form of an entry: the bytes that are hashed of it, by version.

A version is frozen once entries were hashed with it. A new one adds to what the first writes.
"""

from datetime import UTC, datetime
from inspect import signature
from json import JSONEncoder, loads
from typing import Any
from uuid import UUID

from controlpanel.ui.messages import Message

LATEST_FORM = 2
# Without a check for circles: what comes from columns has none.
_encode = JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
).encode


def canonical_json(
    action: str,
    actor_id: str,
    actor_kind: str,
    actor_name: str,
    actor_role: str,
    at: datetime | str,
    changes: dict[str, Any] | str,
    error_code: str,
    ip_address: str,
    text: str,
    operation_id: UUID | str | None,
    outcome: str,
    request_id: str,
    sequence: int | str,
    target_id: str,
    target_name: str,
    target_type: str,
    team_id: UUID | str,
    form: int | str | None,
    said: Message | dict[str, Any] | str | None,
) -> bytes:
    """Return the bytes that are hashed of an entry, given by column; `form` tells the version.

    JSON with sorted keys, no spaces, in UTF-8, times in UTC with microseconds. Values may be
    Python's, or text as PostgreSQL's COPY writes it.
    """
    plain: dict[str, Any] = {
        "action": action,
        "actor_id": actor_id,
        "actor_kind": actor_kind,
        "actor_name": actor_name,
        "actor_role": actor_role,
        "at": _time(at),
        "changes": _object(changes),
        "error_code": error_code,
        "ip_address": ip_address,
        "message": text,
        "operation_id": _id(operation_id),
        "outcome": outcome,
        "request_id": request_id,
        "sequence": int(sequence),
        "target_id": target_id,
        "target_name": target_name,
        "target_type": target_type,
        "team_id": _id(team_id),
    }
    version = int(form or 1)
    if version >= 2:  # what there is to say is a code and its parameters
        plain |= {"form": version, "said": _object(said)}
    return _encode(plain).encode()


# What must be read of an entry to hash it, whatever its version, in the order it is given in.
HASHED_COLUMNS = tuple(signature(canonical_json).parameters)


def _time(value: datetime | str) -> str:
    if isinstance(value, str):  # written by the database
        return value
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def _id(value: UUID | str | None) -> str | None:
    return str(value) if value else None


def _object(value: Any) -> Any:  # noqa: ANN401
    if isinstance(value, str):
        return loads(value)
    return value.as_json() if isinstance(value, Message) else value
