"""What the log is to say of VMs that have changed at Fluence."""

from typing import Any

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import Draft
from controlpanel.ui.messages import Message, say
from vms.core import statuses
from vms.models import VM, Operation
from vms.models.operation import OPEN_STATES


def change_drafts(vm: VM, status: str, name: str) -> list[Draft]:
    """Return what the log is to say of a VM that had this status and name before."""
    drafts = []
    if vm.status != status:
        drafts.append(_status_draft(vm, status))
    if vm.name != name and not _is_being_renamed(vm):
        changes = {"name": [name, vm.name]}
        drafts.append(vm_draft(vm, Action.VM_DRIFT, changes, say("renamed_outside")))
    return drafts


def _status_draft(vm: VM, before: str) -> Draft:
    """Log a new status: as drift where a VM ends that nobody asked the panel to end."""
    action, message = Action.VM_STATUS, None
    if vm.status in statuses.ENDING and before not in statuses.ENDING and not _was_asked_to_end(vm):
        action, message = Action.VM_DRIFT, say("terminated_outside")
    return vm_draft(vm, action, {"status": [before, vm.status]}, message)


def _was_asked_to_end(vm: VM) -> bool:
    asked = vm.operations.filter(kind=Action.VM_TERMINATE)
    return asked.exclude(state=Operation.State.FAILED).exists()


def _is_being_renamed(vm: VM) -> bool:
    """Whether an operation of ours is about to report this rename itself."""
    return vm.operations.filter(
        kind=Action.VM_RENAME, state__in=OPEN_STATES, request__name=vm.name
    ).exists()


def vm_draft(
    vm: VM, action: Action, changes: dict[str, Any], message: Message | None = None
) -> Draft:
    return Draft(FLUENCE, action, vm.audit_target, changes=changes, said=message)
