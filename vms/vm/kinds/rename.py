"""Renaming a VM: PATCH /v2/vms/{vm_id}. Sending it twice does no harm."""

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, Conflict, FluenceClient
from controlpanel.teams.permissions import Permission
from vms.core import statuses
from vms.core.revisions import revision_raise
from vms.mirror.fields import mirror_changes, mirror_write, vm_target
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.targets import locked_vm, mark_refused, operation_vm, remote_id_of

ACTION = Action.VM_RENAME
PERMISSION = Permission.VM_RENAME
REPEATABLE = True


def target(operation: Operation) -> Target:
    return vm_target(operation_vm(operation))


def check(client: FluenceClient, operation: Operation) -> None:
    """Refuse a name that another VM at Fluence has."""
    own, name = remote_id_of(operation), operation.request["name"]
    for vm in client.vms.find_by_name(name):
        if vm.id != own and statuses.canonical(vm.status) not in statuses.ENDED:
            raise Conflict(f"a VM named {name} already exists in this account", code="name_taken")


def send(client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
    return client.vms.rename(remote_id_of(operation), operation.request["name"])


def apply(operation: Operation, answer: RemoteVM) -> None:
    vm = locked_vm(operation)
    vm.problem = ""
    mirror_write(vm, mirror_changes(vm, answer), revision=revision_raise(operation.team_id))


def refuse(operation: Operation) -> None:
    mark_refused(operation, f"Not renamed. {operation.message}")


def look(client: FluenceClient, operation: Operation) -> Finding:
    vm = client.vms.get(remote_id_of(operation))
    return Found(vm) if vm.name == operation.request["name"] else Absent()
