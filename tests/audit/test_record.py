"""What is written to the log comes back to the letter, whatever a service puts in."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import SYSTEM, Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.services import Target, audit_record
from controlpanel.ui.messages import say

pytestmark = pytest.mark.django_db
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.decimals(),
    lambda children: st.lists(children) | st.dictionaries(st.text(), children),
    max_leaves=8,
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(changes=st.dictionaries(st.text(), VALUES, max_size=4), name=st.text())
def test_the_chain_holds_whatever_was_recorded(
    db: None, changes: dict[str, object], name: str
) -> None:
    team_id = uuid4()
    audit_record(
        team_id=team_id,
        actor=Actor(kind="user", id="1", name=name),
        action=Action.VM_RENAME,
        target=Target("vm", "1", name),
        changes=changes,
    )
    assert chain_verify(team_id) == (1, None)


def test_values_json_does_not_know_become_text() -> None:
    entry = audit_record(
        team_id=uuid4(),
        actor=SYSTEM,
        action=Action.VM_CREATE,
        target=Target("vm", "1", "web-1"),
        changes={
            "price": [None, Decimal("0.0274")],
            "at": [None, datetime(2026, 1, 31, tzinfo=UTC)],
            "key": [None, UUID(int=7)],
            "load": [0.5, 1e30],
        },
    )
    assert AuditEntry.objects.get(pk=entry.pk).changes == {
        "price": [None, "0.0274"],
        "at": [None, "2026-01-31 00:00:00+00:00"],
        "key": [None, "00000000-0000-0000-0000-000000000007"],
        "load": ["0.5", "1e+30"],
    }


def test_what_is_too_long_is_cut_and_not_lost() -> None:
    entry = audit_record(
        team_id=uuid4(),
        actor=Actor(kind="user", id="1", name="n" * 300),
        action=Action.VM_CREATE,
        target=Target("vm", "1", "t" * 300),
        outcome=Outcome.FAILED,
        error_code="e" * 99,
        said=say("text", text="m" * 999),
    )
    saved = AuditEntry.objects.get(pk=entry.pk)
    lengths = [
        len(text) for text in (saved.actor_name, saved.target_name, saved.error_code, saved.message)
    ]
    assert lengths == [254, 254, 40, 500]
    assert chain_verify(entry.team_id) == (1, None)


def test_changes_are_readable() -> None:
    entry = AuditEntry(
        changes={
            "boot_disk_gb": [20, 40],
            "public_ip": [None, True],
            "ssh_keys": [["Ana", "Ben"], []],
            "size": {"vcpu": 2, "ram": 4},
        }
    )
    assert [(c.label, c.before, c.after) for c in entry.change_lines] == [
        ("Boot disk GB", "20", "40"),
        ("Public IP", "", "yes"),
        ("SSH keys", "Ana, Ben", ""),
        ("Size", "", "vcpu: 2, ram: 4"),
    ]


def test_whole_numbers_and_truth_values_are_kept_as_such() -> None:
    changes = {"boot_disk_gb": [None, 40], "public_ip": [False, True], "price": [None, 0.5]}
    entry = audit_record(
        team_id=uuid4(),
        actor=SYSTEM,
        action=Action.VM_CREATE,
        target=Target("vm", "1", "web-1"),
        changes=changes,
    )
    kept = AuditEntry.objects.get(pk=entry.pk).changes
    assert kept == {"boot_disk_gb": [None, 40], "public_ip": [False, True], "price": [None, "0.5"]}
