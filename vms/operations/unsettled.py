"""Changes whose target has no row of its own that could show how they stand: keys, top-ups."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.models import Operation
from vms.models.operation import OPEN_STATES

from .registry import kind_named
from .settling import operation_settle_by_person

# How long a page goes on showing that what was asked turned out to be not done.
SHOWN_AFTERWARDS = timedelta(hours=1)
MOST = 20


def unsettled_for_team(*, team: Team, target_type: str) -> list[Operation]:
    """Return what is asked and has not ended, and what looking has shown to be not done."""
    asked = Operation.objects.filter(team=team, target_type=target_type)
    not_done = Q(error_code="not_done", finished_at__gt=timezone.now() - SHOWN_AFTERWARDS)
    rows = asked.filter(Q(state__in=OPEN_STATES) | not_done)
    return list(rows.order_by("-created_at")[:MOST])


def change_for_team(*, team: Team, target_type: str, pk: UUID) -> Operation | None:
    return Operation.objects.filter(team=team, target_type=target_type, pk=pk).first()


@transaction.atomic
def change_dismiss(*, operation: Operation, actor: Actor, action: Action) -> None:
    """Close a change that only a person could settle; they say that it is dealt with. `action` is
    what the log calls that.

    Raises:
        PermissionDenied: without the permission that the change itself needs.
        NotAllowedNow: it is still being looked at, or it has ended.
    """
    team, kind = operation.team, kind_named(operation.kind)
    permission_require(actor=actor, team=team, permission=kind.permission)
    operation.refresh_from_db(from_queryset=Operation.objects.select_for_update(of=("self",)))
    if not operation.needs_attention:
        raise NotAllowedNow(say("change_settled", name=operation.target_name))
    operation_settle_by_person(operation)
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=action,
        target=kind.target(operation),
        operation_id=operation.pk,
    )
