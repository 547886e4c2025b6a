"""The canonical form is frozen: what was hashed once hashes alike for ever."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid4

import pytest

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.canonical import HASHED_COLUMNS, LATEST_FORM, canonical_json
from controlpanel.audit.chain import chain_verify, entry_hash
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.ui.messages import say

VALUES: dict[str, Any] = {
    "action": "vm.create",
    "actor_id": "7",
    "actor_kind": "user",
    "actor_name": 'Zoë "Z" O\\Neil',
    "actor_role": "owner",
    "at": datetime(2026, 11, 26, 14, 5, 9, 120, tzinfo=UTC),
    "changes": {"name": [None, "web\u20281\t\x7f"], "boot_disk_gb": [20, 40], "a": {"b": True}},
    "error_code": "",
    "ip_address": "2001:db8::1",
    "text": "Nothing was changed.",
    "operation_id": None,
    "outcome": "failed",
    "request_id": "3f2a",
    "sequence": 12,
    "target_id": "00000000-0000-0000-0000-000000000007",
    "target_name": "web-1",
    "target_type": "vm",
    "team_id": UUID(int=7),
}
FIRST = (
    '{"action":"vm.create","actor_id":"7","actor_kind":"user","actor_name":"Zoë \\"Z\\" O\\\\Neil",'
    '"actor_role":"owner","at":"2026-11-26T14:05:09.000120+00:00","changes":{"a":{"b":true},'
    '"boot_disk_gb":[20,40],"name":[null,"web\u20281\\t\x7f"]},"error_code":"",'
    '"ip_address":"2001:db8::1","message":"Nothing was changed.","operation_id":null,'
    '"outcome":"failed","request_id":"3f2a","sequence":12,'
    '"target_id":"00000000-0000-0000-0000-000000000007","target_name":"web-1",'
    '"target_type":"vm","team_id":"00000000-0000-0000-0000-000000000007"}'
)
SECOND = FIRST.replace('"ip_address"', '"form":2,"ip_address"').replace(
    '"sequence"', '"said":{"code":"vm_busy","name":"web-1"},"sequence"'
)


def test_the_first_version_is_as_it_always_was() -> None:
    assert canonical_json([*VALUES.values(), None, None]).decode() == FIRST
    assert canonical_json([*VALUES.values(), 1, None]).decode() == FIRST


def test_the_second_adds_what_is_said_and_names_itself() -> None:
    said = say("vm_busy", name="web-1")
    assert canonical_json([*VALUES.values(), 2, said]).decode() == SECOND


def test_text_as_postgresql_writes_it_is_hashed_alike() -> None:
    copied = {
        **VALUES,
        "at": "2026-11-26T14:05:09.000120+00:00",
        "changes": '{"name": [null, "web\u20281\\t\x7f"], '
        '"boot_disk_gb": [20, 40], "a": {"b": true}}',
        "form": "2",
        "said": '{"code": "vm_busy", "name": "web-1"}',
        "sequence": "12",
        "team_id": str(UUID(int=7)),
    }
    assert canonical_json([copied[name] for name in HASHED_COLUMNS]).decode() == SECOND


@pytest.mark.django_db
def test_a_log_of_both_versions_holds() -> None:
    team_id = uuid4()
    for form in (1, LATEST_FORM):
        entry = audit_record(
            team_id=team_id,
            actor=SYSTEM,
            action=Action.PANEL_RESTORE,
            target=Target("team", str(team_id), "Acme"),
            outcome=Outcome.SUCCEEDED,
            said=say("unchanged") if form == LATEST_FORM else None,
        )
    assert entry.form == LATEST_FORM
    assert chain_verify(team_id) == (2, None)


@pytest.mark.django_db
def test_an_entry_of_the_first_version_is_hashed_by_it() -> None:
    entry = AuditEntry(**VALUES, form=None, previous_hash="0" * 64)
    assert entry_hash(entry) == sha256(("0" * 64 + FIRST).encode()).hexdigest()
