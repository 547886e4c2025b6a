"""Asking for changes of disks, addresses and networks: what all nouns do alike."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.mirror.resources import changed_raise
from vms.models import Batch, Operation, Resource
from vms.models.operation import CANCELLED
from vms.operations.ask import ask
from vms.operations.engine import operation_claim
from vms.operations.following import waiting_followers
from vms.operations.gates import account_locked
from vms.operations.once import form_key_of
from vms.operations.registry import kind_named
from vms.operations.settling import operation_settle_by_person
from vms.operations.transitions import operation_fail
from vms.operations.wishes import Asking, Wish

from .kinds.base import ResourceKind
from .kinds.create import CreateResource


def resource_create(
    kind: CreateResource,
    row: Resource,
    *,
    team: Team,
    actor: Actor,
    request: dict[str, Any],
    changes: dict[str, Any],
    form_key: UUID | None = None,
) -> Operation:
    """Ask for `row`, which is not saved yet, while the person waits; sent twice, once.

    Raises:
        PermissionDenied: without the kind's permission.
        NoAccount: no account, or a read-only key.
        NameTaken: the account has one of that name, or one is being made.
    """
    key = form_key_of(form_key, kind.name, row.name, *request.values())
    asking = Asking(team=team, actor=actor, key=key)
    return ask(kind, [Wish(row, request, changes)], asking).operation


def resource_change(
    kind: ResourceKind,
    row: Resource,
    *,
    team: Team,
    actor: Actor,
    request: dict[str, Any] | None = None,
    form_key: UUID | None = None,
) -> Operation:
    """Ask for a change while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without the kind's permission.
        NoAccount: no account, or a read-only key.
        VMsError: it cannot be done to it now, in a person's words.
    """
    asked = request or {}
    values = [getattr(value, "pk", value) for value in asked.values()]
    key = form_key_of(form_key, kind.name, row.pk, *values)
    return ask(kind, [Wish(row, asked)], Asking(team=team, actor=actor, key=key)).operation


def resources_delete(
    kind: ResourceKind, rows: Iterable[Resource], *, team: Team, actor: Actor, form_key: UUID
) -> Batch:
    """Delete many for good, by the workers. Those that cannot be deleted now are left out.

    Raises:
        PermissionDenied: without the kind's permission.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: not one of them can be deleted.
    """
    asking = Asking(team=team, actor=actor, key=str(form_key), as_batch=True)
    batch = ask(kind, [Wish(row) for row in rows], asking).batch
    assert batch  # noqa: S101 - for the type checker: it was asked for as one
    return batch


@transaction.atomic
def resource_dismiss(row: Resource, *, team: Team, actor: Actor) -> None:
    """Close what only a person can settle, and take off the page what was never made.

    Raises:
        PermissionDenied: without the permission to make one.
        NotAllowedNow: there is nothing to settle (any more).
    """
    create = kind_named(f"{row.TARGET_TYPE}.create")
    permission_require(actor=actor, team=team, permission=create.permission)
    account_locked(team)
    stuck = Operation.objects.filter(
        target_type=row.TARGET_TYPE, target_id=row.target_id, needs_attention=True
    ).first()
    if stuck is None and not row.is_refused:
        raise NotAllowedNow(say("resource_settled", name=row.name))
    changed_raise(row.account)
    row.refresh_from_db(from_queryset=type(row)._default_manager.select_for_update(no_key=True))
    if stuck:
        said = "not_there" if row.remote_id is None else "settled_by_person"
        operation_settle_by_person(stuck, said)
        row.refresh_from_db()
    row.said = None
    if row.remote_id is None:
        row.hidden_at = timezone.now()
    row.save(update_fields=["said", "hidden_at"])
    audit_record(
        team_id=team.pk, actor=actor, action=Action.RESOURCE_DISMISS, target=row.audit_target
    )


@transaction.atomic
def resource_keep(row: Resource, *, team: Team, actor: Actor) -> None:
    """Stop what was to be deleted with its VM from being deleted; it stays, and costs.

    Raises:
        PermissionDenied: without the permission to delete it.
        NotAllowedNow: it is not waiting (any more).
    """
    delete = kind_named(f"{row.TARGET_TYPE}.delete")
    permission_require(actor=actor, team=team, permission=delete.permission)
    account_locked(team)
    waiting = waiting_followers().filter(target_type=row.TARGET_TYPE, target_id=row.target_id)
    found = waiting.first()
    operation = operation_claim(found.pk, Operation.State.PENDING) if found else None
    if operation is None:
        raise NotAllowedNow(say("resource_settled", name=row.name))
    operation_fail(operation, code=CANCELLED, message=say("kept_by", name=actor.name))
