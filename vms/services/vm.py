"""Renaming, terminating and dismissing VMs: the one door for views, tasks and commands."""

from functools import partial
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import FluenceAccount
from controlpanel.teams.permissions import Permission
from vms import statuses
from vms.errors import NameTaken, NotAllowedNow
from vms.mirror import vm_target
from vms.models import VM, Batch, Operation
from vms.models.operation import OPEN_STATES
from vms.operations.engine import operation_begin, operation_run
from vms.operations.resume import operation_settle_by_person
from vms.operations.targets import locked_vm
from vms.revisions import revision_raise

from .account import account_for_changes
from .once import form_key_of, operation_once
from .reservation import names_require_free


def vm_rename(*, vm: VM, actor: Actor, name: str, form_key: UUID | None = None) -> Operation:
    """Rename a VM while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:rename.
        NoAccount: no account, or a read-only key.
        NameTaken: another VM of the account has the name.
        NotAllowedNow: Fluence does not know the VM (yet, or any more), or a rename is under way.
    """
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_RENAME)
    key = form_key_of(form_key, Operation.Kind.VM_RENAME, vm.pk, name)
    begin = partial(_begin_rename, vm, actor, name)
    try:
        return operation_once(vm.team, key, begin, _run_while_waiting)
    except IntegrityError as error:
        message = f"{name} is being given to another VM at this moment."
        raise NameTaken(message, field="name") from error


def vm_terminate(*, vm: VM, actor: Actor, form_key: UUID | None = None) -> Operation:
    """End a VM for good while the person waits. Its boot disk stays, and goes on costing.

    Sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:terminate.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: the VM has ended or is ending, or Fluence does not know it.
    """
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_TERMINATE)
    key = form_key_of(form_key, Operation.Kind.VM_TERMINATE, vm.pk)
    return operation_once(vm.team, key, partial(_begin_terminate, vm, actor), _run_while_waiting)


@transaction.atomic
def vm_dismiss(*, vm: VM, actor: Actor) -> None:
    """Take off the list a VM that was never made, is lost, or is of an account that is no longer
    connected. Nothing changes at Fluence.

    Raises:
        PermissionDenied: without vm:create.
        NotAllowedNow: the VM exists, or whether it does is still being looked at.
    """
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_CREATE)
    vm.refresh_from_db(from_queryset=VM.objects.select_for_update())
    if vm.hidden_at:
        return  # a second click
    stuck = vm.operations.filter(needs_attention=True).first()
    if stuck:
        operation_settle_by_person(stuck)
        vm.refresh_from_db()
    elif vm.status not in (statuses.REFUSED, statuses.LOST) and vm.account_id:
        raise NotAllowedNow(f"{vm.name} exists at Fluence: it cannot be dismissed.")
    if vm.remote_id is None or vm.account_id is None or vm.status == statuses.LOST:
        vm.hidden_at = timezone.now()
    vm.problem = ""
    vm.revision = revision_raise(vm.team_id)
    vm.save(update_fields=["hidden_at", "problem", "revision"])
    audit_record(team_id=vm.team_id, actor=actor, action=Action.VM_DISMISS, target=vm_target(vm))


def _run_while_waiting(operation: Operation) -> Operation:
    """Run it now. A refusal stands beside the form, so the VM's row need not show it as well."""
    operation = operation_run(operation.pk, patient=False)
    if operation.state == Operation.State.FAILED:
        _clear_refusal(operation)
    return operation


@transaction.atomic
def _clear_refusal(operation: Operation) -> None:
    vm = locked_vm(operation)
    if vm.status != statuses.LOST:
        vm.problem, vm.revision = "", revision_raise(operation.team_id)
        vm.save(update_fields=["problem", "revision"])


@transaction.atomic(durable=True)
def _begin_rename(vm: VM, actor: Actor, name: str, form_key: str) -> Operation:
    account = account_for_changes(vm.team)
    vm.refresh_from_db()
    operation = operation_prepare(vm, actor, account, Operation.Kind.VM_RENAME)
    operation.request = {"name": name}
    operation.form_key = form_key
    operation.reserved_name = name.lower()
    operation_begin(operation, changes={"name": [vm.name, name]})
    names_require_free(vm.account_id, [name], except_for=vm)
    return operation


@transaction.atomic(durable=True)
def _begin_terminate(vm: VM, actor: Actor, form_key: str) -> Operation:
    account = account_for_changes(vm.team)
    vm.refresh_from_db()
    return terminate_begin(vm, actor, account, form_key=form_key)


def terminate_begin(
    vm: VM,
    actor: Actor,
    account: FluenceAccount,
    batch: Batch | None = None,
    *,
    form_key: str | None = None,
) -> Operation:
    """Commit the intent to end a VM that was read since `account` was locked."""
    operation = operation_prepare(vm, actor, account, Operation.Kind.VM_TERMINATE)
    operation.batch, operation.form_key = batch, form_key
    if vm.status == "terminating":
        raise NotAllowedNow(f"{vm.name} is being terminated already.")
    return operation_begin(operation, changes={"status": [vm.status, "terminating"]})


def operation_prepare(
    vm: VM, actor: Actor, account: FluenceAccount, kind: Operation.Kind
) -> Operation:
    """Prepare an operation on a VM that Fluence knows, unless one like it is under way.

    The lock on the account's row, taken before the VM was read, makes the checks hold against
    a second click.
    """
    if vm.remote_id is None or vm.is_ended:
        raise NotAllowedNow(f"{vm.name} is {vm.status_label.lower()}: this cannot be done to it.")
    if vm.account_id != account.pk:
        raise NotAllowedNow(f"{vm.name} is of a Fluence account that is no longer connected.")
    if Operation.objects.filter(vm=vm, kind=kind, state__in=OPEN_STATES).exists():
        raise NotAllowedNow(f"{vm.name}: the same was asked a moment ago and is under way.")
    return Operation(
        team_id=vm.team_id,
        account=account,
        kind=kind,
        actor_data=actor.as_json(),
        vm=vm,
        target_name=vm.name,
    )
