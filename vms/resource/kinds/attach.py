"""Giving a VM a disk or an address, and taking it off: it sees either after its next restart."""

from abc import abstractmethod
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import FluenceClient, VMAction
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.account import follow_soon
from vms.mirror.fields import mirror_changes, mirror_write
from vms.mirror.parts import vm_part_write
from vms.mirror.resource_fields import attached_to
from vms.mirror.resources import changed_raise
from vms.models import VM, Attachable, Operation
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish

from .base import ResourceKind, remote_id_of


class _OnVM(ResourceKind):
    """`request` names the VM: `vm` is our id, `vm_remote_id` Fluence's, `vm_name` its name."""

    is_repeatable = True
    # What Fluence must offer for the VM now.
    needs: ClassVar[VMAction]

    def on_vm(self, row: Attachable, vm: VM, question: Question) -> Operation:
        """Prepare the operation.

        Raises:
            NotAllowedNow: the VM's status does not allow it.
        """
        if vm.remote_id is None or not vm.allows(self.needs):
            raise NotAllowedNow(say("vm_not_now", name=vm.name, status=vm.status))
        request = {
            "remote_id": row.remote_id,
            "vm": str(vm.pk),
            "vm_remote_id": vm.remote_id,
            "vm_name": vm.name,
        }
        return self.prepare(row, question, request=request)

    def apply(self, operation: Operation, answer: RemoteVM | None, /) -> None:
        """Mirror both; the VM is locked before the team."""
        row = self.locked_row(operation)
        if not isinstance(row, Attachable):
            return
        vm = VM.objects.select_for_update(no_key=True).filter(pk=operation.request["vm"]).first()
        changed_raise(row.account)
        self.moved(row, vm)
        row.said, row.changed_at = None, timezone.now()
        row.save()
        if vm:
            revision = revision_raise(operation.team_id)
            mirror_write(vm, mirror_changes(vm, answer) if answer else {}, revision=revision)
            vm_part_write(vm, row)
        follow_soon(row.account)

    @abstractmethod
    def moved(self, row: Attachable, vm: VM | None) -> None:
        """Set whose it is now."""


class AttachResource(_OnVM):
    """A wish's target is a free row; `request["vm"]` the VM's row."""

    verb = _("Attach")
    over = _("Attached")
    not_done = "resource_not_attached"

    def intent(self, wish: Wish, question: Question) -> Intent:
        row, vm = wish.target, wish.request["vm"]
        operation = self.on_vm(row, vm, question)
        if not row.is_free:
            raise NotAllowedNow(say("resource_not_free", name=row.name))
        if row.cluster_id != vm.cluster_id:
            raise NotAllowedNow(say("resource_elsewhere", name=row.name, vm=vm.name))
        return Intent(operation, {"vm": [None, vm.name]})

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        remote = self.mirrored.one(client, remote_id_of(self, operation))
        wanted = operation.request["vm_remote_id"]
        return Found(client.vms.get(wanted)) if attached_to(remote) == wanted else Absent()

    def moved(self, row: Attachable, vm: VM | None) -> None:
        row.vm = row.origin = vm
        row.attached_to = vm.remote_id or "" if vm else ""
        row.free_since, row.is_left_over, row.is_checked = None, False, True


class DetachResource(_OnVM):
    """A wish's target is a row that a VM has."""

    verb = _("Detach")
    over = _("Detached")
    not_done = "resource_not_detached"

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow: no VM that the panel knows has it."""
        row: Attachable = wish.target
        if row.vm is None:
            raise NotAllowedNow(say("resource_not_attached_now", name=row.name))
        return Intent(self.on_vm(row, row.vm, question), {"vm": [row.vm.name, None]})

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        remote = self.mirrored.one(client, remote_id_of(self, operation))
        had = operation.request["vm_remote_id"]
        return Absent() if attached_to(remote) == had else Found(client.vms.get(had))

    def moved(self, row: Attachable, vm: VM | None) -> None:
        row.origin, row.vm, row.attached_to = vm or row.origin, None, ""
        row.free_since, row.is_checked = timezone.now(), True
        row.is_left_over = row.costs_money


def asked_ids(operation: Operation) -> tuple[str, str]:
    """Return the VM's and the resource's ids at Fluence, as both were asked."""
    return operation.request["vm_remote_id"], operation.request["remote_id"]
