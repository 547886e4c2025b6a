"""Terminating a VM: POST /v2/vms/{vm_id}/terminate. Sending it twice does no harm."""

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.permissions import Permission
from vms.core import statuses
from vms.core.revisions import revision_raise
from vms.mirror.fields import mirror_changes, mirror_write, vm_target
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.targets import locked_vm, mark_refused, operation_vm, remote_id_of

ACTION = Action.VM_TERMINATE
PERMISSION = Permission.VM_TERMINATE
REPEATABLE = True


def target(operation: Operation) -> Target:
    return vm_target(operation_vm(operation))


def check(client: FluenceClient, operation: Operation) -> None:
    """Nothing to read first: Fluence itself refuses what its status does not allow."""


def send(client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
    return client.vms.terminate(remote_id_of(operation))


def apply(operation: Operation, answer: RemoteVM) -> None:
    vm = locked_vm(operation)
    vm.problem = ""
    mirror_write(vm, mirror_changes(vm, answer), revision=revision_raise(operation.team_id))


def refuse(operation: Operation) -> None:
    mark_refused(operation, f"Not terminated. {operation.message}")


def look(client: FluenceClient, operation: Operation) -> Finding:
    vm = client.vms.get(remote_id_of(operation))
    ending = statuses.canonical(vm.status) in {"terminating", "terminated"}
    return Found(vm) if ending else Absent()
