"""Terminating a VM: POST /v2/vms/{vm_id}/terminate. Sending it twice does no harm."""

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.teams.access import permission_require
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.models import VM, Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question, Stage
from vms.operations.registry import kind_named
from vms.operations.wishes import Intent, Wish

from .base import VMKind, remote_id_of, vm_of


class Terminate(VMKind):
    """`request["delete"]` names what of the VM's disks and addresses is to be deleted after it:
    ids of rows, by type of target.
    """

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
        then = [
            follower
            for target_type, ids in (wish.request.get("delete") or {}).items()
            for follower in _deletions(target_type, ids, vm, question)
        ]
        changes: dict[str, Any] = {"status": [vm.status, statuses.TERMINATING]}
        if then:
            names = [follower.operation.target_name for follower in then]
            changes["deleted_after_it"] = [None, ", ".join(names)]
        return Intent(operation, changes, then)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.terminate(remote_id_of(operation))

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        vm = client.vms.get(remote_id_of(operation))
        return Found(vm) if statuses.canonical(vm.status) in statuses.ENDING else Absent()

    def stage(self, operation: Operation) -> Stage:
        return Stage.OVER if vm_of(operation).is_ended else Stage.GOING_ON


def _deletions(
    target_type: str, ids: Collection[str], vm: VM, question: Question
) -> Iterator[Intent]:
    """Yield the deletion of each that belongs to the VM.

    Raises:
        PermissionDenied: the actor may not delete such.
        NotAllowedNow: something else is under way with one of them.
    """
    kind = kind_named(f"{target_type}.delete")
    asking = question.asking
    permission_require(actor=asking.actor, team=asking.team, permission=kind.permission)
    wishes = [Wish(UUID(pk), {"after": True}) for pk in ids]
    asked = Question(kind, wishes, asking, question.account)
    for wish in kind.wishes(asked):
        if wish.target.vm_id == vm.pk:
            yield kind.intent(wish, asked)


TERMINATE = Terminate()
