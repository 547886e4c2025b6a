"""Giving an interface of a VM another security group, or none. Twice does no harm."""

from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, FluenceClient, VMAction
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.account import accounts_follow_soon, resources_changed
from vms.mirror.fields import mirror_changes, mirror_write
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish

from .base import VMKind, locked_vm, remote_id_of


class SetGroup(VMKind):
    """`request` names the interface, and the group by Fluence's id and name; empty for none."""

    action = Action.VM_SET_GROUP
    permission = Permission.NETWORK_CHANGE
    is_repeatable = True
    verb = _("Change the security group of")
    over = _("Changed")
    not_done = "resource_not_changed"

    def intent(self, wish: Wish, question: Question) -> Intent:
        vm, asked = wish.target, wish.request
        operation = self.prepare(vm, question, request=asked)
        if not vm.allows(VMAction.UPDATE_NETWORK_INTERFACE):
            raise NotAllowedNow(say("vm_not_now", name=vm.name, status=vm.status))
        same = [each for each in vm.interfaces if each["id"] == asked["interface"]]
        before = same[0] if same else {}
        names = [before.get("security_group") or None, asked["group_name"] or None]
        return Intent(operation, {"security_group": names})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        asked = operation.request
        group = asked["group"] or None
        return client.vms.set_security_group(remote_id_of(operation), asked["interface"], group)

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        asked, remote_id = operation.request, remote_id_of(operation)
        interfaces = {each.id: each for each in client.vms.interfaces(remote_id)}
        interface = interfaces.get(asked["interface"])
        if interface is None or (interface.security_group or "") != asked["group"]:
            return Absent()
        return Found(client.vms.get(remote_id))

    def apply(self, operation: Operation, answer: RemoteVM, /) -> None:
        """Fluence's answer names interfaces by id alone: what was asked is written here."""
        vm, asked = locked_vm(operation), operation.request
        if vm.account_id:
            resources_changed(vm.account_id)
            accounts_follow_soon({vm.account_id})
        vm.said = None
        changes = mirror_changes(vm, answer)
        changes["interfaces"] = [
            {**each, "security_group": asked["group"]} if each["id"] == asked["interface"] else each
            for each in changes.get("interfaces", vm.interfaces)
        ]
        mirror_write(vm, changes, revision=revision_raise(operation.team_id))


SET_GROUP = SetGroup()
