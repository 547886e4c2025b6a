"""Finding the VM that a path names, and whether it allows what is asked."""

from __future__ import annotations

from controlpanel.simulator.lifecycle import enter
from controlpanel.simulator.owned import owned_by_path
from controlpanel.simulator.records import VMRecord
from controlpanel.simulator.router import ApiError, Call
from controlpanel.simulator.wire import Json, allowed_actions, vm_dto


def own_vm(call: Call) -> VMRecord:
    return owned_by_path(call, call.world.state.vms, "vm_id", "VM")


def vm_allowing(call: Call, action: str) -> VMRecord:
    """Return the VM of the path. Raises ApiError (406) when it does not advertise the action."""
    vm = own_vm(call)
    if action not in allowed_actions(vm):
        reason = f"while the VM is {vm.status}" if vm.status != "launched" else "as the VM is now"
        raise ApiError("not_acceptable", f"{action} is not allowed {reason}.")
    return vm


def vm_changed(call: Call, vm: VMRecord, *, settles: bool = False) -> Json:
    """Answer with a VM whose disks or interfaces were changed: it needs a restart to see that.

    `settles` is whether it allows no further change for a moment.
    """
    vm.restart_required = True
    vm.updated_at = call.world.clock.now()
    if settles:
        enter(call.world, vm, "updating", vm.updated_at)
    call.world.changed()
    return vm_dto(call.world.state, vm)
