from datetime import datetime, timedelta

from django.utils import timezone

from vms.core import statuses
from vms.core.clients import fluence_now
from vms.core.revisions import revision_raise
from vms.models import VM, Operation
from vms.models.operation import CANCELLED

# How far the clocks within Fluence may stand apart. Ours plays no part.
CLOCK_SKEW = timedelta(minutes=2)


def asked_at(operation: Operation) -> datetime:
    """Return when it was asked, by Fluence's clock."""
    if operation.sent_at and operation.sent_at_fluence:
        ahead = operation.sent_at_fluence - operation.sent_at
    else:
        ahead = fluence_now() - timezone.now()
    return operation.created_at + ahead


def operation_vm(operation: Operation) -> VM:
    """Return the VM that the operation is about; VM rows outlive their operations."""
    if operation.vm is None:
        raise LookupError(f"Operation {operation.pk} has lost its VM.")
    return operation.vm


def locked_vm(operation: Operation) -> VM:
    """Return the operation's VM as it is now, locked until the transaction ends."""
    vm = operation_vm(operation)
    vm.refresh_from_db(from_queryset=VM.objects.select_for_update(no_key=True))
    return vm


def remote_id_of(operation: Operation) -> str:
    """Return Fluence's id of the operation's VM."""
    remote_id = operation_vm(operation).remote_id
    if remote_id is None:
        raise LookupError(f"VM {operation.vm_id} is not known at Fluence.")
    return remote_id


def mark_refused(operation: Operation, problem: str) -> None:
    """Show on the VM's row that a change of it was refused, or that Fluence has lost the VM."""
    vm = locked_vm(operation)
    # Who stopped it knows that it was not done.
    vm.problem = "" if operation.error_code == CANCELLED else problem[:500]
    if operation.error_code == "not_found":
        vm.status, vm.poll_after, vm.allowed_actions = statuses.LOST, None, []
    vm.revision = revision_raise(operation.team_id)
    vm.save()


def note_on_vm(operation: Operation) -> None:
    """Show on the VM's row what its operation waits for."""
    if operation.vm_id:
        vm = locked_vm(operation)
        vm.problem = operation.message
        vm.revision = revision_raise(operation.team_id)
        vm.save(update_fields=["problem", "revision"])
