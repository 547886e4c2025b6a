"""Renaming a VM: PATCH /v2/vms/{vm_id}. Sending it twice does no harm."""

from collections.abc import Sequence

from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, Conflict, FluenceClient
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NameChanged, NameTaken
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish
from vms.vm.reservation import name_require_unreserved, names_require_free

from .base import VMKind, remote_id_of


class Rename(VMKind):
    """`request["name"]` is the new name."""

    action = Action.VM_RENAME
    permission = Permission.VM_RENAME
    is_repeatable = True
    verb = _("Rename")
    over = _("Renamed")
    not_done = "vm_not_renamed"

    def wishes(self, question: Question) -> Sequence[Wish]:
        """Raises NameTaken if two of the new names are the same."""
        names = [wish.request["name"].lower() for wish in question.targets]
        if len(set(names)) < len(names):
            raise NameTaken(say("names_twice"))
        return super().wishes(question)

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Return the intent to rename.

        Raises:
            NameChanged: the VM has not the name any more that was to be replaced.
            NameTaken: another VM of the account has the name, or is being given it.
        """
        vm, name, seen = wish.target, wish.request["name"], wish.request.get("seen")
        if seen and vm.name not in (seen, name):
            raise NameChanged(vm.name)
        operation = self.prepare(vm, question, request={"name": name}, reserved_name=name.lower())
        # In this order: a name that was just released by another operation is mirrored by now.
        name_require_unreserved(vm.account_id, name)
        names_require_free(vm.account_id, [name], except_for=[vm.pk])
        return Intent(operation, {"name": [vm.name, name]})

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Refuse a name that another VM at Fluence has."""
        own, name = remote_id_of(operation), operation.request["name"]
        for vm in client.vms.find_by_name(name):
            if vm.id != own and statuses.canonical(vm.status) not in statuses.ENDED:
                raise Conflict(
                    f"a VM named {name} already exists in this account", code="name_taken"
                )

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.rename(remote_id_of(operation), operation.request["name"])

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        vm = client.vms.get(remote_id_of(operation))
        return Found(vm) if vm.name == operation.request["name"] else Absent()


RENAME = Rename()
