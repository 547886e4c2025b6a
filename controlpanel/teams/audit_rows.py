"""A row of the audit log: plain values, worked out, for fifty make a page."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from controlpanel.audit.actions import action_labels
from controlpanel.audit.changes import Change
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.targets import TargetLinks

# Of a person, in characters.
LONGEST_NAME = 40


class AuditRow(NamedTuple):
    """What a row of the log shows."""

    sequence: str
    action: str
    at: datetime
    target_name: str
    target_url: str
    actor_name: str
    actor_role: str
    ip_address: str
    changes: list[Change]
    outcome: str
    error_code: str
    message: str


def audit_rows(entries: Iterable[AuditEntry], slug: str) -> list[AuditRow]:
    """Return the rows of entries of the team of that slug."""
    labels, links = action_labels(), TargetLinks(slug)
    return [
        AuditRow(
            sequence=str(entry.sequence),
            action=labels.get(entry.action, entry.action),
            at=entry.at,
            target_name=entry.target_name,
            target_url=links.url(entry.target_type, entry.target_id),
            actor_name=_shortened(entry.actor_name),
            actor_role=entry.actor_role,
            ip_address=entry.ip_address,
            changes=entry.change_lines,
            outcome=entry.outcome,
            error_code=entry.error_code,
            message=entry.message,
        )
        for entry in entries
    ]


def _shortened(name: str) -> str:
    return name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
