"""Renaming, restarting, terminating, dismissing VMs: the one door for views, tasks and commands."""

from functools import partial
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.permissions import Permission
from vms.account.services import account_for_changes
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.fields import vm_target
from vms.models import VM, Operation
from vms.operations.engine import operation_begin, operation_run
from vms.operations.once import form_key_of, operation_once
from vms.operations.resume import operation_settle_by_person
from vms.operations.targets import locked_vm
from vms.vm.intents import Asking, busy_with, rename_intent, restart_intent, terminate_intent


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
    return operation_once(vm.team, key, partial(_begin_rename, vm, actor, name), _run_while_waiting)


def vm_restart(*, vm: VM, actor: Actor, form_key: UUID | None = None) -> Operation:
    """Stop and start a VM while the person waits: what runs on it is cut off.

    Sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:restart.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: Fluence does not offer it now, or a restart is under way.
    """
    return _restart(vm, actor, Operation.Kind.VM_RESTART, form_key)


def vm_soft_reboot(*, vm: VM, actor: Actor, form_key: UUID | None = None) -> Operation:
    """Ask a VM's system to reboot while the person waits; raises as `vm_restart`."""
    return _restart(vm, actor, Operation.Kind.VM_SOFT_REBOOT, form_key)


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
    vm.refresh_from_db(from_queryset=VM.objects.select_for_update(no_key=True))
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


def _restart(vm: VM, actor: Actor, kind: Operation.Kind, form_key: UUID | None) -> Operation:
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_RESTART)
    key = form_key_of(form_key, kind, vm.pk)
    begin = partial(_begin_restart, vm, actor, kind)
    return operation_once(vm.team, key, begin, _run_while_waiting)


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
    asking = _asking(vm, actor, Operation.Kind.VM_RENAME, form_key)
    return operation_begin(rename_intent(vm, asking, name))


@transaction.atomic(durable=True)
def _begin_restart(vm: VM, actor: Actor, kind: Operation.Kind, form_key: str) -> Operation:
    asking = _asking(vm, actor, kind, form_key)
    return operation_begin(restart_intent(vm, asking, kind))


@transaction.atomic(durable=True)
def _begin_terminate(vm: VM, actor: Actor, form_key: str) -> Operation:
    asking = _asking(vm, actor, Operation.Kind.VM_TERMINATE, form_key)
    return operation_begin(terminate_intent(vm, asking))


def _asking(vm: VM, actor: Actor, kind: Operation.Kind, form_key: str) -> Asking:
    """Lock the account; then read the VM, after what it is busy with, whose outcome it shows."""
    account = account_for_changes(vm.team)
    busy = busy_with(kind, [vm.pk])
    asking = Asking(actor=actor, account=account, busy=busy, form_key=form_key)
    vm.refresh_from_db()
    return asking
