"""Paying in: POST /v2/top-ups begins it, DELETE /v2/top-ups/{intent_id} gives it up.

Neither moves money: a top-up is an address where a person pays.
"""

from collections.abc import Iterator
from typing import ClassVar

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controlpanel.audit.actions import Action
from controlpanel.fluence import Changes, FluenceClient, NewTopUp, StartedTopUp
from controlpanel.fluence import TopUp as RemoteTopUp
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from controlpanel.ui.money import usd
from vms.core.clients import CLOCK_SKEW, fluence_now
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.top_ups import top_ups_write
from vms.models import Operation, TopUp
from vms.models.operation import OPEN_STATES
from vms.models.top_up import CANCELED, OPEN, amount_named
from vms.operations.clock import asked_since
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.rowless import KindWithoutRow
from vms.operations.wishes import Intent, Wish


class TopUpKind(KindWithoutRow):
    """A change of what is paid in."""

    target_type: ClassVar[str] = TopUp.TARGET_TYPE
    permission = Permission.TOP_UP_CREATE

    def is_under_way(self, question: Question, **of: str) -> bool:
        """Whether the same is asked already; the account is locked, so no second click slips by."""
        asked = Operation.objects.filter(
            account=question.account, kind=self.name, state__in=OPEN_STATES, **of
        )
        return asked.exists()


class CreateTopUp(TopUpKind):
    """A wish's `request` is `amount_cents` and `method_code`, empty for Fluence's default."""

    action = Action.TOP_UP_CREATE
    verb = _("Top up")

    def title(self, count: int) -> str:
        words = ngettext("Make %(count)s top-up", "Make %(count)s top-ups", count)
        return words % {"count": count}

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow while another waits for its payment: Fluence takes one at a time."""
        waits = TopUp.objects.filter(account=question.account, status=OPEN).first()
        if waits:
            raise NotAllowedNow(say("top_up_waits", amount=usd(waits.amount)))
        if self.is_under_way(question):
            raise NotAllowedNow(say("top_up_under_way"))
        amount = amount_named(wish.request["amount_cents"])
        operation = question.operation(target_id="", target_name=amount, request=wish.request)
        changes = {"amount": [None, amount], "method": [None, wish.request["method_code"]]}
        return Intent(operation, changes)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteTopUp:
        asked = operation.request
        begun: StartedTopUp = client.billing.create_top_up(
            NewTopUp(amount_cents=asked["amount_cents"], method_code=asked["method_code"] or None)
        )
        return RemoteTopUp(
            id=begun.intent_id,
            amount_cents=asked["amount_cents"],
            status=OPEN,
            provider=begun.provider,
            created_at=fluence_now(),
        )

    def apply(self, operation: Operation, answer: RemoteTopUp, /) -> None:
        operation.target_id = answer.id
        if operation.account:
            top_ups_write(operation.account, [answer])

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        """Find the one of that amount that no other operation has made."""
        for each in _made_since(client, operation):
            others = Operation.objects.filter(target_type=self.target_type, target_id=each.id)
            is_it = each.amount_cents == operation.request["amount_cents"]
            if is_it and not others.exists():
                return Found(each)
        return Absent()


class CancelTopUp(TopUpKind):
    """A wish's target is a `TopUp`."""

    action = Action.TOP_UP_CANCEL
    is_repeatable = True
    verb = _("Cancel")

    def title(self, count: int) -> str:
        words = ngettext("Cancel %(count)s top-up", "Cancel %(count)s top-ups", count)
        return words % {"count": count}

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow if it waits for nothing any more, or on a second click."""
        top_up: TopUp = wish.target
        top_up.refresh_from_db()
        if not top_up.is_open:
            raise NotAllowedNow(say("top_up_is_over", name=str(top_up)))
        if self.is_under_way(question, target_id=top_up.remote_id):
            raise NotAllowedNow(say("top_up_going", name=str(top_up)))
        operation = question.operation(target_id=top_up.remote_id, target_name=str(top_up))
        return Intent(operation, {"status": [OPEN, CANCELED]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> None:
        client.billing.cancel_top_up(operation.target_id)

    def apply(self, operation: Operation, _answer: None, /) -> None:
        _row_of(operation).update(status=CANCELED)
        revision_raise(operation.team_id)

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        top_up = _row_of(operation).first()
        # A clock of ours may have dated it until Fluence was read.
        since = top_up.created_at - CLOCK_SKEW if top_up else None
        for each in client.billing.iterate_top_ups(start=since):
            if each.id == operation.target_id and each.status.lower() == CANCELED:
                return Found(None)
        return Absent()


def _row_of(operation: Operation) -> QuerySet[TopUp]:
    return TopUp.objects.filter(account=operation.account, remote_id=operation.target_id)


def _made_since(client: FluenceClient, operation: Operation) -> Iterator[RemoteTopUp]:
    """Yield those that the operation may have made: the newest first, of which there are few."""
    since = asked_since(operation)
    found = client.billing.iterate_top_ups(start=since)
    yield from reversed([each for each in found if each.created_at and each.created_at >= since])


CREATE_TOP_UP = CreateTopUp()
CANCEL_TOP_UP = CancelTopUp()
