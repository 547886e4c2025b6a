"""A batch's own entries in the audit log."""

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from vms.models import Batch


def batch_record(batch: Batch, actor: Actor, action: Action, names: list[str]) -> None:
    """Write the batch's own audit entry; each VM has entries of its own."""
    plural = "VM" if len(names) == 1 else "VMs"
    audit_record(
        team_id=batch.team_id,
        actor=actor,
        action=action,
        target=Target("batch", str(batch.pk), f"{batch.verb} {len(names)} {plural}"),
        outcome=Outcome.SUCCEEDED if action == Action.BATCH_STOP else Outcome.REQUESTED,
        changes={"vms": [None, ", ".join(names)]},
    )
