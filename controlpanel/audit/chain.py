"""The hash chain: SHA-256 over the previous hash and the entry's own canonical JSON."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC
from hashlib import sha256
from uuid import UUID

from .models import AuditChain, AuditEntry

GENESIS = "0" * 64
HASHED_FIELDS = (
    "sequence",
    "actor_kind",
    "actor_id",
    "actor_name",
    "actor_role",
    "ip_address",
    "action",
    "target_type",
    "target_id",
    "target_name",
    "changes",
    "outcome",
    "error_code",
    "message",
    "request_id",
)


def canonical_json(entry: AuditEntry) -> bytes:
    """Return the bytes that are hashed: sorted keys, no spaces, UTF-8, times in UTC."""
    content = {name: getattr(entry, name) for name in HASHED_FIELDS}
    content["team_id"] = str(entry.team_id)
    content["operation_id"] = str(entry.operation_id) if entry.operation_id else None
    content["at"] = entry.at.astimezone(UTC).isoformat(timespec="microseconds")
    return json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def entry_hash(entry: AuditEntry) -> str:
    """Return the entry's hash as 64 hexadecimal digits."""
    return sha256(entry.previous_hash.encode() + canonical_json(entry)).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """The first place where a team's log is not what was written."""

    team_id: UUID
    sequence: int
    problem: str


def chain_verify(team_id: UUID) -> tuple[int, ChainFault | None]:
    """Walk a team's log from its first entry; return how many entries hold, and the first fault.

    Finds an altered, missing, inserted or reordered entry, and a tail that was cut while the
    chain's head was left in place.
    """
    previous, count = GENESIS, 0
    for entry in _entries(team_id):
        problem = _problem(entry, expected=count + 1, previous=previous)
        if problem:
            return count, ChainFault(team_id, count + 1, problem)
        previous, count = entry.hash, count + 1
    head = AuditChain.objects.filter(team_id=team_id).first() or AuditChain(team_id=team_id)
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


def _entries(team_id: UUID) -> Iterator[AuditEntry]:
    rows = AuditEntry.objects.filter(team_id=team_id).order_by("sequence")
    return rows.iterator(chunk_size=2000)


def _problem(entry: AuditEntry, expected: int, previous: str) -> str:
    if entry.sequence != expected:
        return f"entry {expected} is missing (next found is {entry.sequence})"
    if entry.previous_hash != previous:
        return "its link to the entry before does not match"
    if entry.hash != entry_hash(entry):
        return "its content was altered"
    return ""
