"""What all kinds of operation on a disk, an address or a part of a network have in common."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import Model
from django.utils import timezone

from controlpanel.audit.services import Target
from controlpanel.ui.messages import Message, say
from vms.core import resource_statuses as statuses
from vms.core.errors import NotAllowedNow
from vms.mirror.account import account_lock, follow_soon
from vms.mirror.parts import vm_part_write
from vms.mirror.resource_fields import Mirrored, Remote
from vms.mirror.resources import changed_raise, remotes_values
from vms.models import VM, Attachable, Operation, Resource
from vms.models.operation import CANCELLED, OPEN_STATES
from vms.operations.kind import Kind, Question
from vms.operations.wishes import Wish


class ResourceKind(Kind):
    """A change of one resource. A wish's target is its row, or the row's id."""

    mirrored: ClassVar[Mirrored]
    # What the row says of one that was not done; %(why)s is the operation's own message.
    not_done: ClassVar[str] = "resource_not_changed"

    def wishes(self, question: Question) -> Sequence[Wish]:
        """Read the rows by name, after what they are busy with, whose outcome they then show."""
        asked = {_pk(wish.target): wish for wish in question.targets}
        question.busy = busy_with(self.target_type, asked)
        rows = self.mirrored.model._default_manager.filter(
            account__team=question.asking.team, pk__in=asked
        )
        return [replace(asked[row.pk], target=row) for row in rows.order_by("name", "pk")]

    def prepare(self, row: Resource, question: Question, **values: Any) -> Operation:
        """Prepare an operation on what Fluence has, unless any other on it is under way.

        Raises:
            NotAllowedNow: Fluence does not have it (any more), or it is busy.
        """
        if not row.is_present:
            raise NotAllowedNow(say("resource_not_now", name=row.name, status=row.status))
        if row.target_id in question.busy:
            raise NotAllowedNow(say("resource_busy", name=row.name))
        return question.operation(target_id=row.target_id, target_name=row.name, row=row, **values)

    def target(self, operation: Operation) -> Target:
        """Its name now; a row that is gone is called as it was."""
        name = operation.row.name if isinstance(operation.row, Resource) else operation.target_name
        return Target(self.target_type, str(UUID(operation.target_id)), name)

    def rows(self, operations: Collection[Operation]) -> dict[str, Model]:
        ids = [UUID(each.target_id) for each in operations]
        rows = self.mirrored.model._default_manager.in_bulk(ids)
        return {pk.hex: row for pk, row in rows.items()}

    def apply(self, operation: Operation, answer: Any, /) -> None:  # noqa: ANN401
        """Mirror it, also in the row of the VM that has it, which is locked before the team."""
        row = self.locked_row(operation)
        if row is None:
            return
        vm_id = row.vm_id if isinstance(row, Attachable) else None
        vms = VM.objects.select_for_update(no_key=True)
        vm = vms.filter(pk=vm_id).first() if vm_id else None
        self.write(row, answer)
        if vm and isinstance(row, Attachable):
            vm_part_write(vm, row)

    def write(self, row: Resource, remote: Remote) -> None:
        """Mirror what a change made of it: newer than whatever a list said before."""
        changed_raise(row.account)
        known = {remote.id: row} if row.remote_id else {}
        values = remotes_values(row.account, self.mirrored, known, [remote])[remote.id]
        for name, value in values.items():
            setattr(row, name, value)
        row.said, row.hidden_at, row.changed_at = None, None, timezone.now()
        if isinstance(row, Attachable):
            # Nobody else may be about to take what the panel itself has just changed.
            row.is_left_over = row.costs_money and row.is_present and not row.attached_to
        row.save()
        follow_soon(row.account)

    def refuse(self, operation: Operation) -> None:
        """Show on the row that it was not done."""
        is_stopped = operation.error_code == CANCELLED
        why = None if is_stopped else say(self.not_done, why=operation.said)
        self._say_on_row(operation, why)

    def note(self, operation: Operation) -> None:
        self._say_on_row(operation, operation.said)

    def told_beside_form(self, operation: Operation) -> None:
        self._say_on_row(operation, None)

    def _say_on_row(self, operation: Operation, message: Message | None) -> None:
        if row := self.locked_row(operation):
            changed_raise(row.account)
            row.said = message
            row.save(update_fields=["said"])

    def locked_row(self, operation: Operation) -> Resource | None:
        """Return the row as it is now, None if it is gone; with the account locked, for whoever
        writes rows of it has that.
        """
        if operation.account is None or not account_lock(operation.account):
            return None
        rows = self.mirrored.model._default_manager.select_related("account")
        operation.row = row = rows.filter(pk=operation.target_id).first()
        return row


def row_of(kind: ResourceKind, operation: Operation) -> Resource:
    """Return the row that the operation is about.

    Raises:
        LookupError: it is gone, or Fluence has not made it.
    """
    if not isinstance(operation.row, Resource):
        rows = kind.mirrored.model._default_manager
        operation.row = rows.filter(pk=operation.target_id).first()
    row = operation.row
    if not isinstance(row, Resource) or row.remote_id is None:
        raise LookupError(f"{kind.target_type} {operation.target_id} is not known at Fluence.")
    return row


def remote_id_of(kind: ResourceKind, operation: Operation) -> str:
    """Return Fluence's id of it: as it was asked, for the row may be gone by now."""
    asked = operation.request.get("remote_id")
    return asked or row_of(kind, operation).remote_id or ""


def busy_with(target_type: str, ids: Collection[UUID]) -> set[str]:
    """Return those, as `target_id` has them, that have an operation under way."""
    under_way = Operation.objects.filter(
        target_type=target_type, target_id__in=[pk.hex for pk in ids], state__in=OPEN_STATES
    )
    return set(under_way.values_list("target_id", flat=True))


def is_going(remote: Remote) -> bool:
    return remote.status.lower() in statuses.GOING


def _pk(target: Resource | UUID) -> UUID:
    return target.pk if isinstance(target, Resource) else target
