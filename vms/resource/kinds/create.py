"""Making a disk, an address or a part of a network: asked of Fluence once, and never again."""

from collections.abc import Sequence
from typing import ClassVar

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from controlpanel.fluence import BadRequest, CallRejected, Conflict, FluenceClient, RateLimited
from controlpanel.ui.messages import say
from vms.core import resource_statuses as statuses
from vms.core.errors import NameTaken
from vms.mirror.resource_fields import Remote
from vms.mirror.resources import changed_raise
from vms.models import Operation, Resource
from vms.operations.clock import asked_since
from vms.operations.findings import Absent, Finding, Found, Unclear
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish

from .base import ResourceKind


class CreateResource(ResourceKind):
    """A wish's target is a row that is not saved yet; `request` is what Fluence is asked."""

    # These may have been said by what stands before Fluence.
    doubted = frozenset({BadRequest, CallRejected, RateLimited})
    unseen = "create_unseen"
    verb = _("Create")
    over = _("Ready")
    # Which of the columns, as asked, tell it from others of its name.
    told_by: ClassVar[tuple[str, ...]] = ("cluster_id",)

    def wishes(self, question: Question) -> Sequence[Wish]:
        account = question.account
        assert account  # noqa: S101 - for the type checker: the gate has let it pass
        for wish in question.targets:
            wish.target.account = account
        self.mirrored.model._default_manager.bulk_create([w.target for w in question.targets])
        changed_raise(account)
        return question.targets

    def intent(self, wish: Wish, question: Question) -> Intent:
        row: Resource = wish.target
        operation = question.operation(
            target_id=row.target_id,
            target_name=row.name,
            row=row,
            request=wish.request,
            # The names of VMs are reserved in the same column.
            reserved_name=f"{self.target_type}:{row.name.lower()}",
        )
        return Intent(operation, wish.changes)

    def begun(self, operations: Sequence[Operation]) -> None:
        """After the reservation: a name that another operation just released is mirrored now.

        Raises:
            NameTaken: the account has one of that name.
        """
        names = [operation.target_name for operation in operations]
        others = self.mirrored.model._default_manager.filter(
            account=operations[0].account_id, name__in=names, remote_id__isnull=False
        )
        if taken := others.exclude(status__in=statuses.GOING).values_list("name", flat=True):
            raise NameTaken(say("names_in_use", names=", ".join(sorted(set(taken)))))

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Refuse a name that is in use at Fluence but not mirrored yet."""
        for each in self.mirrored.named(client, operation.target_name):
            if each.status.lower() not in statuses.GOING:
                raise Conflict(
                    f"one named {operation.target_name} already exists in this account",
                    code="name_taken",
                )

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        """Find the one by exact name and what was asked of it, not mirrored yet."""
        matches = [
            each
            for each in self.mirrored.named(client, operation.target_name)
            if self.may_be_it(each, operation)
        ]
        rows = self.mirrored.model._default_manager.filter(
            account=operation.account_id, remote_id__in=[each.id for each in matches]
        )
        mirrored = set(rows.values_list("remote_id", flat=True))
        unclaimed = [each for each in matches if each.id not in mirrored]
        if len(unclaimed) > 1:
            return Unclear(say("several_like_it", count=len(unclaimed), name=operation.target_name))
        return Found(unclaimed[0]) if unclaimed else Absent()

    def may_be_it(self, remote: Remote, operation: Operation) -> bool:
        """Whether it is as was asked, and no older; one without a time of its own is."""
        values = self.mirrored.fields(remote)
        is_as_asked = all(values[name] == operation.request[name] for name in self.told_by)
        made_at = getattr(remote, "created_at", None)
        return is_as_asked and (made_at is None or made_at >= asked_since(operation))

    def refuse(self, operation: Operation) -> None:
        row = self.locked_row(operation)
        if row and row.remote_id is None:
            changed_raise(row.account)
            row.status, row.said = statuses.REFUSED, operation.said
            row.save(update_fields=["status", "said"])

    def told_beside_form(self, operation: Operation) -> None:
        """The form can be sent again, so the list need not show what was refused."""
        row = self.locked_row(operation)
        if row and row.remote_id is None:
            changed_raise(row.account)
            row.hidden_at = timezone.now()
            row.save(update_fields=["hidden_at"])
