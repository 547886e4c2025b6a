"""Deleting a disk, an address or a part of a network, for good. Twice does no harm."""

from collections.abc import Callable, Collection
from typing import TypeVar

from django.utils.translation import gettext_lazy as _

from controlpanel.fluence import FluenceClient, NotFound
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.mirror.resource_fields import Remote
from vms.mirror.resources import changed_raise
from vms.models import Attachable, Operation, Resource
from vms.operations.findings import Absent, Finding, Found
from vms.operations.following import Turn
from vms.operations.kind import Question, Stage
from vms.operations.wishes import Intent, Wish

from .base import ResourceKind, is_going, remote_id_of

Answer = TypeVar("Answer")


class DeleteResource(ResourceKind):
    """A wish with `request["after"]` is for what a VM has that is being terminated."""

    is_repeatable = True
    verb = _("Delete")
    over = _("Deleted")
    not_done = "resource_not_deleted"
    never = say("vm_has_not_ended")

    def intent(self, wish: Wish, question: Question) -> Intent:
        row: Resource = wish.target
        operation = self.prepare(row, question, request={"remote_id": row.remote_id})
        is_held = isinstance(row, Attachable) and row.attached_to
        if is_held and not wish.request.get("after"):
            raise NotAllowedNow(say("resource_attached", name=row.name))
        return Intent(operation, {"name": [row.name, None]})

    def followers_note(self, operations: Collection[Operation]) -> None:
        ids = [each.target_id for each in operations]
        self.mirrored.model._default_manager.filter(pk__in=ids).update(said=say("goes_with_vm"))

    def turn(self, operation: Operation) -> Turn:
        """Its VM has ended, and Fluence says that no VM has it any more."""
        before, row = operation.after, operation.row
        if before is None or before.state == Operation.State.FAILED:
            return Turn.NEVER
        if before.is_open:
            return Turn.WAIT
        is_held = isinstance(row, Attachable) and bool(row.attached_to)
        return Turn.WAIT if is_held else Turn.GO

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        try:
            remote = self.mirrored.one(client, remote_id_of(self, operation))
        except NotFound:
            return Found(None)
        return Found(remote) if is_going(remote) else Absent()

    def apply(self, operation: Operation, answer: Remote | None, /) -> None:
        row = self.locked_row(operation)
        if row and answer is None:
            changed_raise(row.account)
            row.delete()
            operation.row = None
        elif row and answer:
            self.write(row, answer)

    def stage(self, operation: Operation) -> Stage:
        return Stage.GOING_ON if operation.row else Stage.OVER


def unless_gone(delete: Callable[[], Answer]) -> Answer | None:
    """Make the call; None where somebody else was quicker: gone is what was asked for."""
    try:
        return delete()
    except NotFound:
        return None
