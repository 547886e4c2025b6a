"""Committing what is asked, before anything is sent."""

from collections.abc import Sequence

from django.db import transaction

from controlpanel.audit.actions import Outcome
from controlpanel.audit.services import audit_append
from vms.models import Operation

from .crash_points import crash_point
from .log import operation_draft
from .wishes import Intent


@transaction.atomic
def operations_begin(intents: Sequence[Intent]) -> list[Operation]:
    """Commit intents of one team: the operations' rows and their audit entries, or nothing.

    Raises:
        django.db.IntegrityError: a name is reserved, or the form was sent before.
    """
    operations = Operation.objects.bulk_create([intent.operation for intent in intents])
    entries = [
        operation_draft(intent.operation, Outcome.REQUESTED, changes=intent.changes)
        for intent in intents
    ]
    audit_append(operations[0].team_id, entries)
    crash_point("before_begin_commits")
    return operations
