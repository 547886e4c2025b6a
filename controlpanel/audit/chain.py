"""The hash chain: SHA-256 over the previous hash and the entry's own canonical JSON."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from json import JSONEncoder, loads
from json.encoder import encode_basestring as _text
from typing import Any
from uuid import UUID

from django.db import connection

from .models import AuditChain, AuditEntry

GENESIS = "0" * 64
_json = JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode


def _time(value: datetime | str) -> str:
    if isinstance(value, str):  # written by the database: see `_copied`
        return f'"{value}"'
    return f'"{value.astimezone(UTC).isoformat(timespec="microseconds")}"'


def _id(value: UUID | str | None) -> str:
    return f'"{value}"' if value else "null"


def _changes(value: dict[str, Any] | str) -> str:
    return _json(loads(value) if isinstance(value, str) else value)


# What is hashed of an entry, in the order of the alphabet, and how each is written: one after the
# other, which takes a third of the time that a JSON encoder needs for the whole.
_WRITERS: dict[str, Callable[[Any], str]] = {
    "action": _text,
    "actor_id": _text,
    "actor_kind": _text,
    "actor_name": _text,
    "actor_role": _text,
    "at": _time,
    "changes": _changes,
    "error_code": _text,
    "ip_address": _text,
    "message": _text,
    "operation_id": _id,
    "outcome": _text,
    "request_id": _text,
    "sequence": str,
    "target_id": _text,
    "target_name": _text,
    "target_type": _text,
    "team_id": _id,
}
HASHED_FIELDS = tuple(_WRITERS)
_WRITE = tuple(_WRITERS.values())
_TEMPLATE = "{" + ",".join(f'"{name}":%s' for name in HASHED_FIELDS) + "}"


def canonical_json(values: tuple[Any, ...]) -> bytes:
    """Return the bytes that are hashed of the values of HASHED_FIELDS.

    JSON with sorted keys, no spaces, in UTF-8, times in UTC with microseconds.
    """
    written = tuple([write(value) for write, value in zip(_WRITE, values, strict=True)])
    return (_TEMPLATE % written).encode()


def entry_hash(entry: AuditEntry) -> str:
    """Return the entry's hash as 64 hexadecimal digits."""
    return _hash(entry.previous_hash, tuple(getattr(entry, name) for name in HASHED_FIELDS))


def _hash(previous: str, values: tuple[Any, ...]) -> str:
    return sha256(previous.encode() + canonical_json(values)).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first place where a team's log is not what was written."""

    team_id: UUID
    sequence: int
    problem: str


def chain_verify(team_id: UUID) -> tuple[int, ChainFault | None]:
    """Walk a team's log from its first entry; return how many entries hold, and the first fault.

    Finds an altered, missing, inserted or reordered entry, and a tail that was cut while the
    chain's head was left in place. Entries that are appended meanwhile are walked too.
    """
    previous, count, walked = GENESIS, 0, -1
    while walked < count:
        walked = count
        head = AuditChain.objects.filter(team_id=team_id).first() or AuditChain(team_id=team_id)
        for row in _rows(team_id, after=count):
            problem = _problem(row, expected=count + 1, previous=previous)
            if problem:
                return count, ChainFault(team_id, count + 1, problem)
            previous, count = row[-1], count + 1
        if (head.sequence, head.hash) == (count, previous):
            return count, None
    if head.sequence > count:
        return count, ChainFault(team_id, count + 1, f"entries up to {head.sequence} are missing")
    return count, ChainFault(team_id, count, "the chain's head does not point at it")


def chain_team_ids() -> list[UUID]:
    """Return every team that has a log, also one whose chain's head was removed."""
    of_heads = AuditChain.objects.values_list("team_id", flat=True)
    of_entries = AuditEntry.objects.values_list("team_id", flat=True).distinct()
    return sorted({*of_heads, *of_entries})


def _rows(team_id: UUID, after: int) -> Iterator[tuple[Any, ...]]:
    """Return HASHED_FIELDS, previous_hash and hash of each entry; no objects, for speed."""
    if connection.vendor == "postgresql":
        return _copied(team_id, after)
    rows = AuditEntry.objects.filter(team_id=team_id, sequence__gt=after).order_by("sequence")
    return rows.values_list(*HASHED_FIELDS, "previous_hash", "hash").iterator(chunk_size=2000)


_AS_HASHED = {"at": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')"""}
_COPY = (
    f"COPY (SELECT {', '.join(_AS_HASHED.get(name, name) for name in HASHED_FIELDS)}, "  # noqa: S608
    "previous_hash, hash FROM audit_auditentry WHERE team_id = %s AND sequence > %s "
    "ORDER BY sequence) TO STDOUT"
)


def _copied(team_id: UUID, after: int) -> Iterator[tuple[Any, ...]]:
    """Let PostgreSQL write every value as text, as it is hashed, and send one row after another:
    that takes half the time, and the server works while we hash.
    """
    with connection.cursor() as cursor, cursor.copy(_COPY, (team_id, after)) as rows:
        yield from rows.rows()


_SEQUENCE = HASHED_FIELDS.index("sequence")


def _problem(row: tuple[Any, ...], expected: int, previous: str) -> str:
    *_, previous_hash, own_hash = row
    if int(row[_SEQUENCE]) != expected:
        return f"entry {expected} is missing (next found is {row[_SEQUENCE]})"
    if previous_hash != previous:
        return "its link to the entry before does not match"
    if own_hash != _hash(previous, row[:-2]):
        return "its content was altered"
    return ""
