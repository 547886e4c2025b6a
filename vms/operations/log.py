"""What the audit log says of operations and of batches."""

from typing import Any

from django.utils.functional import lazy

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Draft, Target, audit_append, audit_record
from controlpanel.ui.messages import Message, in_source_language
from vms.models import Batch, Operation
from vms.models.vm import TARGET_TYPE

from .registry import kind_named


def operation_record(
    operation: Operation, outcome: Outcome, message: Message | None = None
) -> None:
    """Append how an operation ended, or that nobody knows."""
    audit_append(operation.team_id, [operation_draft(operation, outcome, message=message)])


def operation_draft(
    operation: Operation,
    outcome: Outcome,
    *,
    changes: dict[str, Any] | None = None,
    message: Message | None = None,
) -> Draft:
    """Return the entry of an operation; one that was not done says why."""
    kind = kind_named(operation.kind)
    failed = outcome in (Outcome.FAILED, Outcome.UNKNOWN)
    return Draft(
        actor=operation.actor,
        action=kind.action,
        target=kind.target(operation),
        outcome=outcome,
        changes=changes or {},
        error_code=operation.error_code if failed else "",
        said=operation.said if failed else message,
        operation_id=operation.pk,
    )


def batch_record(batch: Batch, actor: Actor, action: Action, names: list[str]) -> None:
    """Append a batch's own entry; each target has entries of its own."""
    kind = kind_named(batch.kind)
    name = in_source_language(lazy(kind.title, str)(len(names)))
    what = "vms" if kind.target_type == TARGET_TYPE else f"{kind.target_type}s"
    audit_record(
        team_id=batch.team_id,
        actor=actor,
        action=action,
        target=Target("batch", str(batch.pk), name),
        outcome=Outcome.SUCCEEDED if action == Action.BATCH_STOP else Outcome.REQUESTED,
        changes={what: [None, ", ".join(names)]},
    )
