"""The same asked of many VMs at once: begun together, carried out by the workers one by one."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from vms.account.services import account_for_changes, account_locked
from vms.core.dispatch import operation_dispatch
from vms.core.errors import NameTaken, NotAllowedNow, VMsError
from vms.core.revisions import revision_raise
from vms.models import VM, Batch, Operation
from vms.models.operation import CANCELLED, RESTARTS
from vms.operations.engine import Intent, operation_fail, operations_begin
from vms.vm.intents import Asking, busy_with, rename_intent, restart_intent, terminate_intent
from vms.vm.services.create import create_intent_again

from .log import batch_record
from .selectors import last_operations

Kind, State = Operation.Kind, Operation.State
Ask = Callable[[VM, Asking], Intent]
# What may be asked of many VMs, with the permission that it needs.
PERMISSIONS: dict[str, Permission] = {
    Kind.VM_CREATE: Permission.VM_CREATE,
    Kind.VM_RENAME: Permission.VM_RENAME,
    Kind.VM_RESTART: Permission.VM_RESTART,
    Kind.VM_SOFT_REBOOT: Permission.VM_RESTART,
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
    batch = _batch(team, actor, Kind.VM_TERMINATE, form_key)
    return _begin_once(batch, [vm.pk for vm in vms], terminate_intent)


def vms_restart(
    *, team: Team, actor: Actor, vms: Iterable[VM], kind: Operation.Kind, form_key: UUID
) -> Batch:
    """Restart many VMs in one of the RESTARTS ways; returns and raises as `vms_terminate`."""
    assert kind in RESTARTS  # noqa: S101 - a slip of the caller's
    batch = _batch(team, actor, kind, form_key)
    return _begin_once(batch, [vm.pk for vm in vms], partial(restart_intent, kind=kind))


def vms_rename(*, team: Team, actor: Actor, names: Mapping[UUID, str], form_key: UUID) -> Batch:
    """Give many VMs new names, by id; returns and raises as `vms_terminate`, and

    Raises:
        NameTaken: two of the new names are the same.
    """
    batch = _batch(team, actor, Kind.VM_RENAME, form_key)
    if len({name.lower() for name in names.values()}) < len(names):
        raise NameTaken("Two of these VMs would get the same name.")
    return _begin_once(
        batch, list(names), lambda vm, asking: rename_intent(vm, asking, names[vm.pk])
    )


def batch_stop(*, batch: Batch, actor: Actor) -> int:
    """Cancel what no worker has taken up yet; return how many. What was sent goes on.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
    """
    _permission_require(batch, actor)
    return _stop(batch, actor)


def batch_resume(*, batch: Batch, actor: Actor, user_data: str = "") -> list[str]:
    """Ask again for what was stopped; return why VMs were left out.

    `user_data` is the cloud-init text of VMs that were to be made with one: it is not kept.

    Raises:
        PermissionDenied: without the permission that the batch itself needed.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: nothing is stopped, or not one of the stopped can be done now.
    """
    _permission_require(batch, actor)
    return _ask_again(batch, actor, Action.BATCH_RESUME, user_data)


def batch_retry(*, batch: Batch, actor: Actor, user_data: str = "") -> list[str]:
    """Ask again for what failed, and for nothing else; raises and returns as `batch_resume`."""
    _permission_require(batch, actor)
    return _ask_again(batch, actor, Action.BATCH_RETRY, user_data)


def _batch(team: Team, actor: Actor, kind: Operation.Kind, form_key: UUID) -> Batch:
    """Prepare a batch, if the actor may ask for it."""
    batch = Batch(team=team, kind=kind, actor_data=actor.as_json(), form_key=str(form_key))
    _permission_require(batch, actor)
    return batch


def _permission_require(batch: Batch, actor: Actor) -> None:
    permission_require(actor=actor, team=batch.team, permission=PERMISSIONS[batch.kind])


def _begin_once(batch: Batch, vm_ids: list[UUID], ask: Ask) -> Batch:
    try:
        return _begin(batch, vm_ids, ask)
    except (IntegrityError, NotAllowedNow):
        # The form was sent before: the VMs are being dealt with already.
        before = Batch.objects.filter(team_id=batch.team_id, form_key=batch.form_key).first()
        if before is None:
            raise
        return before


@transaction.atomic(durable=True)
def _begin(batch: Batch, vm_ids: list[UUID], ask: Ask) -> Batch:
    account = account_for_changes(batch.team)
    asking = Asking(batch.actor, account, batch, busy_with(batch.kind, vm_ids))
    batch.save(force_insert=True)
    intents: list[Intent] = []
    for vm in VM.objects.filter(team_id=batch.team_id, pk__in=vm_ids).order_by("name", "pk"):
        try:
            intents.append(ask(vm, asking))
        except VMsError as refusal:
            batch.skipped.append({"name": vm.name, "reason": _reason(vm.name, refusal)})
    if not intents:
        raise NotAllowedNow("Nothing can be done to these VMs now: they have changed meanwhile.")
    batch.save(update_fields=["skipped"])
    _begin_all(batch, batch.actor, Action.BATCH_BEGIN, intents)
    return batch


def _begin_all(batch: Batch, actor: Actor, action: Action, intents: list[Intent]) -> None:
    operations = operations_begin(intents)
    for operation in operations:
        operation_dispatch(operation.pk)
    batch_record(batch, actor, action, [operation.target_name for operation in operations])


def _reason(name: str, refusal: VMsError) -> str:
    """Say why a VM is left out, with its name in any case."""
    return refusal.message if name in refusal.message else f"{name}: {refusal.message}"


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
def _ask_again(batch: Batch, actor: Actor, action: Action, user_data: str) -> list[str]:
    account = account_for_changes(batch.team)
    is_resume = action == Action.BATCH_RESUME
    earlier = [
        operation
        for operation in last_operations(batch)
        if operation.state == State.FAILED and operation.is_cancelled == is_resume
    ]
    vm_ids = [operation.vm_id for operation in earlier if operation.vm_id]
    asking = Asking(actor, account, batch, busy_with(batch.kind, vm_ids))
    _lock_vms(earlier)
    revision_raise(batch.team_id)  # now: whoever locks the team locks it before the log
    intents: list[Intent] = []
    left_out: list[str] = []
    for operation in earlier:
        try:
            intents.append(_intent_again(operation, asking, user_data))
        except VMsError as refusal:
            left_out.append(_reason(operation.target_name, refusal))
    if not intents:
        raise NotAllowedNow(" ".join(left_out) or "Nothing is left to do: this was asked before.")
    if is_resume:
        batch.stopped_at = None
        batch.save(update_fields=["stopped_at"])
    _begin_all(batch, actor, action, intents)
    return left_out


def _intent_again(earlier: Operation, asking: Asking, user_data: str) -> Intent:
    """Ask for the same once more: of a rename the same name, of a restart the same way."""
    vm = earlier.vm
    if vm is None:
        raise NotAllowedNow(f"{earlier.target_name} is gone.")
    match earlier.kind:
        case Kind.VM_CREATE:
            return create_intent_again(earlier, vm, asking, user_data)
        case Kind.VM_RENAME:
            return rename_intent(vm, asking, earlier.request["name"])
        case Kind.VM_RESTART | Kind.VM_SOFT_REBOOT:
            return restart_intent(vm, asking, Kind(earlier.kind))
    return terminate_intent(vm, asking)


def _lock_vms(operations: list[Operation]) -> None:
    """Lock VMs before the team, as everybody does, and all in one order."""
    ids = [operation.vm_id for operation in operations if operation.vm_id]
    locked = VM.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
    list(locked.values_list("pk"))
