"""Restarting a VM: POST /v2/vms/{vm_id}/restart, or softreboot, which asks its system to reboot.

Neither is repeatable. A second restart may fall into a VM that is at work again, and would be an
outage that nobody asked for. So when the outcome is unknown, it is sent again only after it is
proved that nothing happened; and Fluence tells less of a restart than of a create:

- The status is `restarting` (`softRebooting`): it was done. That is what a look usually meets,
  since the first comes 2 seconds after an unanswered call and a restart takes longer.
- `updatedAt` is no later than what was mirrored before the call, or than the asking: Fluence has
  not touched the VM since. Once that has lasted for the grace period it was not done.
- The VM runs, and `updatedAt` is later: the restart may be over, or something else was changed.
  There is no other trace (`readySince` is the first launch), so a person is asked, not guessed for.
"""

from dataclasses import dataclass
from datetime import datetime

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.permissions import Permission
from vms.core import statuses
from vms.core.revisions import revision_raise
from vms.mirror.fields import mirror_changes, mirror_write, vm_target
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found, Unclear
from vms.operations.targets import (
    CLOCK_SKEW,
    asked_at,
    locked_vm,
    mark_refused,
    operation_vm,
    remote_id_of,
)


@dataclass
class Restart:
    """One of the two ways to restart, as a kind of operation.

    `request["updated_at"]` is the VM's `updatedAt` as mirrored when it was asked for, or None.
    """

    ACTION: Action
    status: str
    is_soft: bool
    not_done: str
    PERMISSION: Permission = Permission.VM_RESTART
    REPEATABLE: bool = False

    def target(self, operation: Operation) -> Target:
        return vm_target(operation_vm(operation))

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Nothing to read first: Fluence itself refuses what its status does not allow."""

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        vm_id = remote_id_of(operation)
        return client.vms.soft_reboot(vm_id) if self.is_soft else client.vms.restart(vm_id)

    def apply(self, operation: Operation, answer: RemoteVM) -> None:
        vm = locked_vm(operation)
        vm.problem = ""
        mirror_write(vm, mirror_changes(vm, answer), revision=revision_raise(operation.team_id))

    def refuse(self, operation: Operation) -> None:
        mark_refused(operation, f"{self.not_done} {operation.message}")

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        vm = client.vms.get(remote_id_of(operation))
        status = statuses.canonical(vm.status)
        if status == self.status:
            return Found(vm)
        if status in statuses.ENDED or not _touched_since(vm, operation):
            return Absent()
        return Unclear(
            f"Fluence does not tell whether {vm.name} was restarted. Log in and look how long it "
            "has been up: restart it again if it was not, and dismiss this."
        )


def _touched_since(vm: RemoteVM, operation: Operation) -> bool:
    """Whether Fluence may have changed the VM since it was asked; true where it does not say."""
    since = asked_at(operation) - CLOCK_SKEW
    if mirrored := operation.request.get("updated_at"):
        since = max(since, datetime.fromisoformat(mirrored))
    return vm.updated_at is None or vm.updated_at > since


RESTART = Restart(
    ACTION=Action.VM_RESTART,
    status="restarting",
    is_soft=False,
    not_done="Not restarted.",
)
SOFT_REBOOT = Restart(
    ACTION=Action.VM_SOFT_REBOOT,
    status="softRebooting",
    is_soft=True,
    not_done="Not rebooted.",
)
