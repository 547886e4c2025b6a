"""Writing to the audit log. Called by services, in the transaction of the change they record."""

from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.db import transaction
from django.db.models import Field

from controlpanel.observability.metrics import AUDIT_SECONDS

from .actions import Action, Outcome
from .actors import Actor
from .chain import entry_hash
from .changes import plain
from .models import AuditChain, AuditEntry


@dataclass(frozen=True, slots=True)
class Target:
    """What an entry is about: type ("vm", "membership", …), id and name, all as text."""

    type: str
    id: str
    name: str


@AUDIT_SECONDS.time()
@transaction.atomic
def audit_record(
    *,
    team_id: UUID,
    actor: Actor,
    action: Action,
    target: Target,
    outcome: Outcome = Outcome.SUCCEEDED,
    changes: dict[str, Any] | None = None,
    error_code: str = "",
    message: str = "",
    operation_id: UUID | None = None,
) -> AuditEntry:
    """Append one entry to a team's chain.

    The chain's head stays locked until the surrounding transaction ends, so call it last and
    never with a call to Fluence still to come in the same transaction. If it raises, the
    change it records must be rolled back with it: no entry, no action.
    """
    AuditChain.objects.get_or_create(team_id=team_id)
    head = AuditChain.objects.select_for_update().get(team_id=team_id)
    texts = {
        "actor_kind": actor.kind,
        "actor_id": actor.id,
        "actor_name": actor.name,
        "actor_role": actor.role,
        "ip_address": actor.ip_address,
        "request_id": actor.request_id,
        "action": action.value,
        "target_type": target.type,
        "target_id": target.id,
        "target_name": target.name,
        "outcome": outcome.value,
        "error_code": error_code,
        "message": message,
    }
    entry = AuditEntry(
        team_id=team_id,
        sequence=head.sequence + 1,
        **{name: _fitting(name, text) for name, text in texts.items()},
        changes=plain(changes or {}),
        operation_id=operation_id,
        previous_hash=head.hash,
    )
    entry.hash = entry_hash(entry)
    entry.save(force_insert=True)
    head.sequence, head.hash = entry.sequence, entry.hash
    head.save(update_fields=["sequence", "hash"])
    return entry


def _fitting(name: str, text: str) -> str:
    """Cut `text` to its column: words of Fluence that are too long must not cost the entry."""
    column = cast("Field[str, str]", AuditEntry._meta.get_field(name))
    return str(plain(text))[: column.max_length]
