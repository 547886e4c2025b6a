"""Entries as they were hashed once, by version: they hold for ever, on each database.

`golden.json` was written without the panel's code. A version of the form adds to it; what is there
is never changed.
"""

import json
from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from controlpanel.audit.canonical import FORMS, HASHED_COLUMNS, canonical_json
from controlpanel.audit.chain import chain_verify, entry_hash
from controlpanel.audit.models import AuditChain, AuditEntry
from controlpanel.ui.messages import Message

VECTORS: list[dict[str, Any]] = json.loads((Path(__file__).parent / "golden.json").read_text())


def entry_of(vector: dict[str, Any]) -> AuditEntry:
    """Return the entry that a vector is of, as the table would hold it."""
    values: dict[str, Any] = json.loads(vector["canonical"])
    said = values.pop("said", None)
    if said is not None:
        values["said"] = Message(said.pop("code"), said)
    return AuditEntry(
        **values
        | {
            "at": datetime.fromisoformat(values["at"]),
            "text": values.pop("message"),
            "team_id": UUID(values["team_id"]),
            "operation_id": values["operation_id"] and UUID(values["operation_id"]),
            "form": values.get("form"),
            "previous_hash": vector["previous_hash"],
            "hash": vector["hash"],
        }
    )


@pytest.fixture
def written(db: None) -> UUID:
    """A team's log of all the vectors, by its id."""
    entries = [entry_of(vector) for vector in VECTORS]
    for entry in entries:
        entry.save(force_insert=True)
    last = entries[-1]
    AuditChain.objects.create(team_id=last.team_id, sequence=last.sequence, hash=last.hash)
    return last.team_id


def test_every_version_has_vectors() -> None:
    assert {vector["form"] for vector in VECTORS} == set(FORMS)


@pytest.mark.parametrize("vector", VECTORS)
def test_an_entry_has_the_canonical_form_and_hash_it_always_had(vector: dict[str, Any]) -> None:
    entry = entry_of(vector)
    values = [getattr(entry, name) for name in HASHED_COLUMNS]
    assert canonical_json(values).decode() == vector["canonical"]
    assert entry_hash(entry) == vector["hash"]
    whole = vector["previous_hash"] + vector["canonical"]
    assert sha256(whole.encode()).hexdigest() == vector["hash"]


@pytest.mark.parametrize("zone", [UTC, timezone(timedelta(hours=5, minutes=45))])
def test_the_time_is_hashed_in_utc_wherever_it_was_read(zone: timezone) -> None:
    entry = entry_of(VECTORS[0])
    entry.at = entry.at.astimezone(zone)
    assert entry_hash(entry) == VECTORS[0]["hash"]
    entry.at += timedelta(microseconds=1)
    assert entry_hash(entry) != VECTORS[0]["hash"]


def test_the_database_gives_back_what_was_hashed(written: UUID) -> None:
    assert chain_verify(written) == (len(VECTORS), None)
    read = AuditEntry.objects.filter(team_id=written).order_by("sequence")
    assert [entry_hash(entry) for entry in read] == [vector["hash"] for vector in VECTORS]
