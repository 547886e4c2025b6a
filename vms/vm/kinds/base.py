"""What all kinds of operation on a VM have in common."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.utils.translation import ngettext

from controlpanel.audit.services import Target
from controlpanel.fluence import VM as RemoteVM
from controlpanel.ui.messages import Message, say
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.fields import mirror_changes, mirror_write
from vms.mirror.let_go import vms_let_go
from vms.models import VM, Operation
from vms.models.operation import CANCELLED, OPEN_STATES
from vms.models.vm import TARGET_TYPE
from vms.operations.kind import Kind, Question
from vms.operations.wishes import Wish


class VMKind(Kind):
    """A change of one VM. A wish's target is a `VM`, or its id."""

    target_type: ClassVar[str] = TARGET_TYPE
    # What the VM's row says of one that was not done; %(why)s is the operation's own message.
    not_done: ClassVar[str]

    def title(self, count: int) -> str:
        words = ngettext("%(verb)s %(count)s VM", "%(verb)s %(count)s VMs", count)
        return words % {"verb": self.verb, "count": count}

    def wishes(self, question: Question) -> Sequence[Wish]:
        """Read the VMs by name, after what they are busy with, whose outcome they then show."""
        asked = {_pk(wish.target): wish for wish in question.targets}
        question.busy = busy_with(self.name, asked)
        vms = VM.objects.filter(team=question.asking.team, pk__in=asked).order_by("name", "pk")
        return [replace(asked[vm.pk], target=vm) for vm in vms]

    def prepare(self, vm: VM, question: Question, **values: Any) -> Operation:
        """Prepare an operation on a VM that Fluence knows, unless one like it is under way.

        Raises:
            NotAllowedNow: Fluence does not know the VM, or it is of another account, or busy.
        """
        if vm.remote_id is None or vm.is_ended:
            raise NotAllowedNow(say("vm_not_now", name=vm.name, status=vm.status))
        if question.account is None or vm.account_id != question.account.pk:
            raise NotAllowedNow(say("vm_of_other_account", name=vm.name))
        if vm.target_id in question.busy:
            raise NotAllowedNow(say("vm_busy", name=vm.name))
        return question.operation(target_id=vm.target_id, target_name=vm.name, row=vm, **values)

    def target(self, operation: Operation) -> Target:
        return vm_of(operation).audit_target

    def rows(self, operations: Collection[Operation]) -> dict[str, Model]:
        vms = VM.objects.in_bulk([UUID(each.target_id) for each in operations])
        return {vm.target_id: vm for vm in vms.values()}

    def lock_rows(self, target_ids: Collection[str]) -> None:
        ids = [UUID(each) for each in target_ids]
        locked = VM.objects.select_for_update(no_key=True).filter(pk__in=ids).order_by("pk")
        list(locked.values_list("pk"))

    def apply(self, operation: Operation, answer: RemoteVM, /) -> None:
        vm = locked_vm(operation)
        vm.said = None
        mirror_write(vm, mirror_changes(vm, answer), revision=revision_raise(operation.team_id))

    def refuse(self, operation: Operation) -> None:
        """Show on the VM's row that it was not done, or that Fluence has lost the VM."""
        vm = locked_vm(operation)
        # Who stopped it knows that it was not done.
        is_stopped = operation.error_code == CANCELLED
        vm.said = None if is_stopped else say(self.not_done, why=operation.said)
        if operation.error_code == "not_found":
            vm.status, vm.poll_after, vm.allowed_actions = statuses.LOST, None, []
        vm.revision = revision_raise(operation.team_id)
        vm.save()
        vms_let_go([vm])

    def note(self, operation: Operation) -> None:
        _say_on_row(locked_vm(operation), operation.said)

    def told_beside_form(self, operation: Operation) -> None:
        vm = locked_vm(operation)
        if vm.status != statuses.LOST:
            _say_on_row(vm, None)


def vm_of(operation: Operation) -> VM:
    """Return the VM that the operation is about; VM rows outlive their operations."""
    if not isinstance(operation.row, VM):
        operation.row = VM.objects.get(pk=operation.target_id)
    return operation.row


def locked_vm(operation: Operation) -> VM:
    """Return the operation's VM as it is now, locked until the transaction ends."""
    locked = VM.objects.select_for_update(no_key=True)
    if isinstance(operation.row, VM):
        operation.row.refresh_from_db(from_queryset=locked)
    else:
        operation.row = locked.get(pk=operation.target_id)
    return vm_of(operation)


def remote_id_of(operation: Operation) -> str:
    """Return Fluence's id of the operation's VM."""
    remote_id = vm_of(operation).remote_id
    if remote_id is None:
        raise LookupError(f"VM {operation.target_id} is not known at Fluence.")
    return remote_id


def busy_with(kind: str, vm_ids: Collection[UUID]) -> set[str]:
    """Return those of the VMs, as `target_id` has them, that have such an operation under way."""
    under_way = Operation.objects.filter(
        target_type=TARGET_TYPE,
        target_id__in=[pk.hex for pk in vm_ids],
        kind=kind,
        state__in=OPEN_STATES,
    )
    return set(under_way.values_list("target_id", flat=True))


def _pk(target: VM | UUID) -> UUID:
    return target.pk if isinstance(target, VM) else target


def _say_on_row(vm: VM, message: Message | None) -> None:
    vm.said = message
    vm.revision = revision_raise(vm.team_id)
    vm.save(update_fields=["said", "revision"])
