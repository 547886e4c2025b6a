"""Stopping what was asked of many, and asking for a part of it again."""

from collections.abc import Iterator

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.access import permission_require
from controlpanel.ui.messages import say
from vms.core.revisions import revision_raise
from vms.models import Batch, Operation
from vms.models.operation import CANCELLED
from vms.operations.ask import ask
from vms.operations.gates import account_locked
from vms.operations.log import batch_record
from vms.operations.registry import kind_named
from vms.operations.transitions import operation_fail
from vms.operations.wishes import Asking, Wish

from .selectors import last_operations

State = Operation.State


def batch_stop(*, batch: Batch, actor: Actor) -> int:
    """Cancel what no worker has taken up yet; return how many. What was sent goes on.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
    """
    permission = kind_named(batch.kind).permission
    permission_require(actor=actor, team=batch.team, permission=permission)
    return _stop(batch, actor)


def batch_resume(*, batch: Batch, actor: Actor, user_data: str = "") -> list[str]:
    """Ask again for what was stopped; return why targets were left out.

    `user_data` is the cloud-init text of VMs that were to be made with one: it is not kept.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: nothing is stopped, or not one of the stopped can be done now.
    """
    return _ask_again(batch, actor, Action.BATCH_RESUME, user_data)


def batch_retry(*, batch: Batch, actor: Actor, user_data: str = "") -> list[str]:
    """Ask again for what failed, and for nothing else; raises and returns as `batch_resume`."""
    return _ask_again(batch, actor, Action.BATCH_RETRY, user_data)


def _ask_again(batch: Batch, actor: Actor, action: Action, user_data: str) -> list[str]:
    asking = Asking(team=batch.team, actor=actor, batch=batch, action=action)
    asked = ask(kind_named(batch.kind), _wishes_again(batch, action, user_data), asking)
    return [str(why) for why in asked.left_out.values()]


def _wishes_again(batch: Batch, action: Action, user_data: str) -> Iterator[Wish]:
    """Yield what was stopped, or what failed. Read when it is drawn, lest two ask for the same."""
    kind = kind_named(batch.kind)
    for operation in last_operations(batch):
        is_wanted = operation.is_cancelled == (action == Action.BATCH_RESUME)
        if operation.state == State.FAILED and is_wanted and operation.row:
            yield kind.again(operation, user_data)


@transaction.atomic(durable=True)
def _stop(batch: Batch, actor: Actor) -> int:
    account_locked(batch.team)
    waiting = batch.operations.filter(state=State.PENDING).exclude(lease_until__gt=timezone.now())
    stopped = list(waiting.select_for_update().order_by("pk"))
    if not stopped:
        return 0
    kind_named(batch.kind).lock_rows([each.target_id for each in stopped])
    for operation in stopped:
        operation_fail(operation, code=CANCELLED, message=say("stopped_by", name=actor.name))
    revision_raise(batch.team_id)
    batch_record(batch, actor, Action.BATCH_STOP, [each.target_name for each in stopped])
    return len(stopped)
