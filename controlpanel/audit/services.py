"""Writing to the audit log. Called by services, in the transaction of the change they record."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Field

from controlpanel.observability.metrics import AUDIT_SECONDS
from controlpanel.ui.messages import Message

from .actions import Action, Outcome
from .actors import Actor
from .chain import entry_hash
from .changes import plain
from .models import AuditChain, AuditEntry

# Of what a message's parameters say, each in characters.
LONGEST_TEXT = 500


@dataclass(frozen=True, slots=True)
class Target:
    """What an entry is about: type ("vm", "membership", …), id and name, all as text."""

    type: str
    id: str
    name: str


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry to be written; `changes` maps a field to [before, after], without secrets."""

    actor: Actor
    action: Action
    target: Target
    outcome: Outcome = Outcome.SUCCEEDED
    changes: dict[str, Any] = field(default_factory=dict)
    error_code: str = ""
    said: Message | None = None
    operation_id: UUID | None = None


def audit_record(
    *,
    team_id: UUID,
    actor: Actor,
    action: Action,
    target: Target,
    outcome: Outcome = Outcome.SUCCEEDED,
    changes: dict[str, Any] | None = None,
    error_code: str = "",
    said: Message | None = None,
    operation_id: UUID | None = None,
) -> AuditEntry:
    """Append one entry to a team's chain, as `audit_append` does."""
    draft = Draft(
        actor=actor,
        action=action,
        target=target,
        outcome=outcome,
        changes=changes or {},
        error_code=error_code,
        said=said,
        operation_id=operation_id,
    )
    return audit_append(team_id, [draft])[0]


@AUDIT_SECONDS.time()
@transaction.atomic(savepoint=False)
def audit_append(team_id: UUID, drafts: Sequence[Draft]) -> list[AuditEntry]:
    """Append entries to a team's chain, in four statements however many they are.

    The chain's head stays locked until the surrounding transaction ends, so call it last and
    never with a call to Fluence still to come in the same transaction. If it raises, that whole
    transaction is rolled back (it has no savepoint of its own): no entry, no action.
    """
    head = _head_locked(team_id)
    entries = []
    for draft in drafts:
        entry = _entry(draft, head)
        head.sequence, head.hash = entry.sequence, entry.hash
        entries.append(entry)
    AuditEntry.objects.bulk_create(entries)
    head.save(update_fields=["sequence", "hash"])
    return entries


def _head_locked(team_id: UUID) -> AuditChain:
    heads = AuditChain.objects.select_for_update().filter(team_id=team_id)
    head = heads.first()
    if head is None:  # the team's first entry
        AuditChain.objects.get_or_create(team_id=team_id)
        head = heads.get()
    return head


def _entry(draft: Draft, head: AuditChain) -> AuditEntry:
    """The entry that follows the chain's head."""
    actor, target = draft.actor, draft.target
    texts = {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "ip_address": actor.ip_address,
        "request_id": actor.request_id,
        "action": draft.action.value,
        "target_type": target.type,
        "target_id": target.id,
        "target_name": target.name,
        "outcome": draft.outcome.value,
        "error_code": draft.error_code,
    }
    entry = AuditEntry(
        team_id=head.team_id,
        sequence=head.sequence + 1,
        **{name: _fitting(name, text) for name, text in texts.items()},
        changes=plain(draft.changes),
        said=_plain_message(draft.said),
        operation_id=draft.operation_id,
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    return entry


def _plain_message(message: Message | None) -> Message | None:
    """The message as it comes back from the database, so that it hashes alike."""
    if message is None:
        return None
    return Message.from_json(cast("dict[str, object]", _cut(plain(message.as_json()))))


def _cut(value: object) -> object:
    """Cut what is too long: not even another's words must cost the entry."""
    if isinstance(value, dict):
        return {name: _cut(item) for name, item in value.items()}
    if isinstance(value, list):
        return [_cut(item) for item in value]
    return value[:LONGEST_TEXT] if isinstance(value, str) else value


def _fitting(name: str, text: str) -> str:
    """Cut `text` to its column: words of Fluence that are too long must not cost the entry."""
    column = cast("Field[str, str]", AuditEntry._meta.get_field(name))
    return str(plain(text))[: column.max_length]
