"""Terminating a VM: POST /v2/vms/{vm_id}/terminate. Sending it twice does no harm."""

from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question, Stage
from vms.operations.wishes import Intent, Wish

from .base import VMKind, remote_id_of, vm_of


class Terminate(VMKind):
    action = Action.VM_TERMINATE
    permission = Permission.VM_TERMINATE
    is_repeatable = True
    verb = _("Terminate")
    over = _("Terminated")
    not_done = "vm_not_terminated"

    def intent(self, wish: Wish, question: Question) -> Intent:
        vm = wish.target
        operation = self.prepare(vm, question)
        if vm.status == statuses.TERMINATING:
            raise NotAllowedNow(say("vm_ending", name=vm.name))
        return Intent(operation, {"status": [vm.status, statuses.TERMINATING]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.terminate(remote_id_of(operation))

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        vm = client.vms.get(remote_id_of(operation))
        return Found(vm) if statuses.canonical(vm.status) in statuses.ENDING else Absent()

    def stage(self, operation: Operation) -> Stage:
        return Stage.OVER if vm_of(operation).is_ended else Stage.GOING_ON


TERMINATE = Terminate()
