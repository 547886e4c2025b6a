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

from datetime import datetime
from typing import ClassVar

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.clients import CLOCK_SKEW
from vms.core.errors import NotAllowedNow
from vms.models import Operation
from vms.operations.clock import asked_at
from vms.operations.findings import Absent, Finding, Found, Unclear
from vms.operations.kind import Question, Stage
from vms.operations.wishes import Intent, Wish

from .base import VMKind, remote_id_of, vm_of


class Restart(VMKind):
    """Stop and start a VM: what runs on it is cut off.

    `request["updated_at"]` is the VM's `updatedAt` as mirrored when it was asked for, or None.
    """

    action = Action.VM_RESTART
    permission = Permission.VM_RESTART
    verb: str | Promise = _("Restart")
    over: str | Promise = _("Restarted")
    not_done = "vm_not_restarted"
    # Its name in `allowedActions`, and the status while it lasts.
    allowed_as: ClassVar[str] = "restart"
    status: ClassVar[str] = statuses.RESTARTING
    # What it means for what runs on the VM, and what is said when it was begun.
    meaning: str | Promise = _(
        "The machine is stopped and started, like pulling the plug. Also "
        "takes up new disks and networks."
    )
    told: str | Promise = _("%(name)s is being restarted.")

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow if Fluence does not offer it in the VM's present status."""
        vm = wish.target
        touched = vm.remote_updated_at
        asked = {"updated_at": touched.isoformat() if touched else None}
        operation = self.prepare(vm, question, request=asked)
        if not vm.allows(self.allowed_as):
            raise NotAllowedNow(say("vm_no_such_restart", name=vm.name, status=vm.status))
        return Intent(operation, {"status": [vm.status, self.status]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.restart(remote_id_of(operation))

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        vm = client.vms.get(remote_id_of(operation))
        status = statuses.canonical(vm.status)
        if status == self.status:
            return Found(vm)
        if status in statuses.ENDED or not _touched_since(vm, operation):
            return Absent()
        return Unclear(say("restart_unclear", name=vm.name))

    def stage(self, operation: Operation) -> Stage:
        return Stage.GOING_ON if vm_of(operation).status == self.status else Stage.OVER


class SoftReboot(Restart):
    """Ask a VM's system to reboot."""

    action = Action.VM_SOFT_REBOOT
    verb = _("Soft reboot")
    over = _("Rebooted")
    not_done = "vm_not_rebooted"
    allowed_as = "softReboot"
    status = statuses.SOFT_REBOOTING
    meaning = _("Its system is asked to shut down in order and start again.")
    told = _("%(name)s is rebooting.")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.soft_reboot(remote_id_of(operation))


def _touched_since(vm: RemoteVM, operation: Operation) -> bool:
    """Whether Fluence may have changed the VM since it was asked; true where it does not say."""
    since = asked_at(operation) - CLOCK_SKEW
    if mirrored := operation.request.get("updated_at"):
        since = max(since, datetime.fromisoformat(mirrored))
    return vm.updated_at is None or vm.updated_at > since


RESTART = Restart()
SOFT_REBOOT = SoftReboot()
# The gentle way first.
RESTARTS: dict[str, Restart] = {kind.name: kind for kind in (SOFT_REBOOT, RESTART)}
