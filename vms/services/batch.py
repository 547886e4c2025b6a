"""The same asked of many VMs at once: begun together, carried out by the workers one by one."""

from collections.abc import Callable, Iterable
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import FluenceAccount, Team
from controlpanel.teams.permissions import Permission
from vms.batches import last_operations
from vms.dispatch import operation_dispatch
from vms.errors import NotAllowedNow, VMsError
from vms.models import VM, Batch, Operation
from vms.models.operation import CANCELLED
from vms.operations.engine import operation_fail
from vms.revisions import revision_raise

from .account import account_for_changes, account_locked
from .batch_log import batch_record
from .vm import terminate_begin
from .vm_create import create_begin_again

Kind, State = Operation.Kind, Operation.State
Begin = Callable[[VM, Actor, FluenceAccount, Batch], Operation]
# What may be asked of many VMs, with the permission that it needs.
PERMISSIONS: dict[str, Permission] = {
    Kind.VM_CREATE: Permission.VM_CREATE,
    Kind.VM_TERMINATE: Permission.VM_TERMINATE,
}


def vms_terminate(*, team: Team, actor: Actor, vms: Iterable[VM], form_key: UUID) -> Batch:
    """End many VMs for good, by the workers. Those that cannot be ended now are left out.

    `form_key` makes a form that is sent twice one batch: the second call returns the first's.

    Raises:
        PermissionDenied: without vm:terminate.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: not one of the VMs can be ended.
    """
    permission_require(actor=actor, team=team, permission=Permission.VM_TERMINATE)
    batch = Batch(team=team, kind=Kind.VM_TERMINATE, actor_data=actor.as_json())
    batch.form_key = str(form_key)
    return _begin_once(batch, [vm.pk for vm in vms], terminate_begin)


def batch_stop(*, batch: Batch, actor: Actor) -> int:
    """Cancel what no worker has taken up yet; return how many. What was sent goes on.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
    """
    _permission_require(batch, actor)
    return _stop(batch, actor)


def batch_resume(*, batch: Batch, actor: Actor) -> list[str]:
    """Ask again for what was stopped; return why VMs were left out.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: nothing is stopped, or not one of the stopped can be done now.
    """
    _permission_require(batch, actor)
    return _ask_again(batch, actor, Action.BATCH_RESUME)


def batch_retry(*, batch: Batch, actor: Actor) -> list[str]:
    """Ask again for what failed, and for nothing else; raises and returns as `batch_resume`."""
    _permission_require(batch, actor)
    return _ask_again(batch, actor, Action.BATCH_RETRY)


def _permission_require(batch: Batch, actor: Actor) -> None:
    permission_require(actor=actor, team=batch.team, permission=PERMISSIONS[batch.kind])


def _begin_once(batch: Batch, vm_ids: list[UUID], begin: Begin) -> Batch:
    try:
        return _begin(batch, vm_ids, begin)
    except (IntegrityError, NotAllowedNow):
        # The form was sent before: the VMs are being dealt with already.
        before = Batch.objects.filter(team_id=batch.team_id, form_key=batch.form_key).first()
        if before is None:
            raise
        return before


@transaction.atomic(durable=True)
def _begin(batch: Batch, vm_ids: list[UUID], begin: Begin) -> Batch:
    account = account_for_changes(batch.team)
    batch.save(force_insert=True)
    names: list[str] = []
    for vm in VM.objects.filter(team_id=batch.team_id, pk__in=vm_ids).order_by("name", "pk"):
        try:
            operation_dispatch(begin(vm, batch.actor, account, batch).pk)
            names.append(vm.name)
        except VMsError as refusal:
            batch.skipped.append({"name": vm.name, "reason": refusal.message})
    if not names:
        raise NotAllowedNow("Nothing can be done to these VMs now: they have changed meanwhile.")
    batch.save(update_fields=["skipped"])
    batch_record(batch, batch.actor, Action.BATCH_BEGIN, names)
    return batch


@transaction.atomic(durable=True)
def _stop(batch: Batch, actor: Actor) -> int:
    account_locked(batch.team)
    waiting = batch.operations.filter(state=State.PENDING).exclude(lease_until__gt=timezone.now())
    stopped = list(waiting.select_for_update().order_by("pk"))
    if not stopped:
        return 0
    _lock_vms(stopped)
    batch.stopped_at = timezone.now()
    batch.save(update_fields=["stopped_at"])
    message = f"Stopped by {actor.name} before it was sent. Nothing was changed."
    for operation in stopped:
        operation_fail(operation, code=CANCELLED, message=message)
    revision_raise(batch.team_id)
    batch_record(batch, actor, Action.BATCH_STOP, [each.target_name for each in stopped])
    return len(stopped)


@transaction.atomic(durable=True)
def _ask_again(batch: Batch, actor: Actor, action: Action) -> list[str]:
    account = account_for_changes(batch.team)
    is_resume = action == Action.BATCH_RESUME
    earlier = [
        operation
        for operation in last_operations(batch)
        if operation.state == State.FAILED and operation.is_cancelled == is_resume
    ]
    _lock_vms(earlier)
    revision_raise(batch.team_id)  # now: whoever locks the team locks it before the log
    names, left_out = [], []
    for operation in earlier:
        try:
            operation_dispatch(_begin_again(operation, actor, account, batch).pk)
            names.append(operation.target_name)
        except VMsError as refusal:
            left_out.append(refusal.message)
    if not names:
        raise NotAllowedNow(" ".join(left_out) or "Nothing is left to do: this was asked before.")
    if is_resume:
        batch.stopped_at = None
        batch.save(update_fields=["stopped_at"])
    batch_record(batch, actor, action, names)
    return left_out


def _begin_again(
    operation: Operation, actor: Actor, account: FluenceAccount, batch: Batch
) -> Operation:
    vm = operation.vm
    if vm is None:
        raise NotAllowedNow(f"{operation.target_name} is gone.")
    if operation.kind == Kind.VM_CREATE:
        return create_begin_again(operation, vm, actor, account)
    return terminate_begin(vm, actor, account, batch)


def _lock_vms(operations: list[Operation]) -> None:
    """Lock VMs before the team, as everybody does, and all in one order."""
    ids = [operation.vm_id for operation in operations if operation.vm_id]
    locked = VM.objects.select_for_update().filter(pk__in=ids).order_by("pk")
    list(locked.values_list("pk"))
