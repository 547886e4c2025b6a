"""The hash chain: SHA-256 over the previous hash and the entry's own canonical JSON."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from .canonical import HASHED_COLUMNS, canonical_json
from .models import AuditChain, AuditEntry

GENESIS = "0" * 64
COLUMNS = (*HASHED_COLUMNS, "previous_hash", "hash")
_SEQUENCE = COLUMNS.index("sequence")
_PREVIOUS, _HASH = len(COLUMNS) - 2, len(COLUMNS) - 1


def entry_hash(entry: AuditEntry) -> str:
    """Return the entry's hash as 64 hexadecimal digits."""
    return _hash(entry.previous_hash, [getattr(entry, name) for name in HASHED_COLUMNS])


def _hash(previous: str, values: Sequence[Any]) -> str:
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
            previous, count = row[_HASH], count + 1
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
    """Return what is hashed of each entry, and its hashes, in the order of `COLUMNS`."""
    if connection.vendor == "postgresql":
        return _copied(team_id, after)
    rows = AuditEntry.objects.filter(team_id=team_id, sequence__gt=after).order_by("sequence")
    return rows.values_list(*COLUMNS).iterator(chunk_size=2000)


# As they are called in the table, and as they are hashed.
_READ = {
    "at": """to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')""",
    "text": "message",
}
_COPY = (
    f"COPY (SELECT {', '.join(_READ.get(name, name) for name in COLUMNS)} "  # noqa: S608
    "FROM audit_auditentry WHERE team_id = %s AND sequence > %s "
    "ORDER BY sequence) TO STDOUT"
)


def _copied(team_id: UUID, after: int) -> Iterator[tuple[Any, ...]]:
    """Let PostgreSQL write every value as text, as it is hashed, and send one row after another:
    that takes half the time, and the server works while we hash.
    """
    with connection.cursor() as cursor, cursor.copy(_COPY, (team_id, after)) as rows:
        yield from rows.rows()


def _problem(row: Sequence[Any], expected: int, previous: str) -> str:
    if int(row[_SEQUENCE]) != expected:
        return f"entry {expected} is missing (next found is {row[_SEQUENCE]})"
    if row[_PREVIOUS] != previous:
        return "its link to the entry before does not match"
    if row[_HASH] != _hash(previous, row):
        return "its content was altered"
    return ""
