"""Settling what a crash or a silent Fluence left open, by looking at Fluence."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from controlpanel.fluence import FluenceClient, FluenceError, NotFound
from controlpanel.ui.messages import Message, say
from vms.core.clients import client_for, fluence_now
from vms.core.explain import with_request
from vms.models import Operation
from vms.models.operation import LEASE

from .engine import PATIENCE, operation_claim
from .findings import Absent, Finding, Found, Unclear
from .registry import kind_named
from .transitions import (
    PROCESS_DIED,
    operation_again,
    operation_fail,
    operation_leave_to_person,
    operation_release,
    operation_succeed,
    operation_unknown,
)

logger = logging.getLogger(__name__)
State = Operation.State
BETWEEN_LOOKS = timedelta(seconds=3)
WHEN_UNREACHABLE = timedelta(seconds=15)
# For what can be repeated without harm, absence need not be proved for as long.
GRACE_REPEATABLE = timedelta(seconds=10)
MOST_ATTEMPTS = 3


def operations_due(limit: int = 200) -> list[tuple[UUID, bool]]:
    """Return the operations that wait for a worker now, each with whether its outcome is unknown.

    Each is pushed a little into the future, lest a busy queue be given it again and again; the
    claim in `operation_run` and `operation_settle` is what makes a second delivery harmless.
    """
    now = timezone.now()
    waiting = Q(state__in=[State.PENDING, State.UNKNOWN], needs_attention=False)
    due = Operation.objects.filter(waiting, run_after__lte=now).exclude(lease_until__gt=now)
    due = due.exclude(after__isnull=False, ready_at=None)
    found = list(due.order_by("run_after").values_list("pk", "state")[:limit])
    pushed = Operation.objects.filter(pk__in=[pk for pk, _ in found])
    pushed.update(run_after=now + timedelta(seconds=15))
    return [(pk, state == State.UNKNOWN) for pk, state in found]


def operations_orphaned() -> None:
    """Take over the operations whose process died while it ran them."""
    now = timezone.now()
    dead = Operation.objects.filter(state=State.RUNNING, lease_until__lte=now)
    for operation in dead.select_related("team", "account").order_by("lease_until")[:200]:
        try:
            _take_over(operation)
        except Exception:
            # One that cannot be taken over must not keep the others waiting; it is tried later.
            logger.exception("operation %s: cannot be taken over", operation.pk)
            Operation.objects.filter(pk=operation.pk).update(lease_until=now + LEASE)


def _take_over(operation: Operation) -> None:
    """Not yet sent: back to pending. Perhaps sent: unknown, and settled by looking."""
    if operation.sent_at is None:
        operation_again(operation, delay=timedelta(0))
    else:
        operation_unknown(operation, code=PROCESS_DIED, message=say("process_died"))


def operation_settle(operation_id: UUID) -> None:
    """Look at Fluence whether an unknown operation was done, and commit what is found."""
    operation = operation_claim(operation_id, State.UNKNOWN)
    if operation is None:
        return
    if operation.account is None:
        message = say("account_gone_unknown", name=operation.target_name)
        operation_leave_to_person(operation, message)
        return
    try:
        finding = _look(client_for(operation.account), operation)
    except FluenceError as error:
        logger.warning("operation %s: cannot look yet, %s", operation.pk, error.code)
        _look_later(operation, error)
        return
    match finding:
        case Found(answer):
            operation_succeed(operation, answer, message=say("found_by_looking"))
        case Unclear(message):
            operation_leave_to_person(operation, message)
        case Absent():
            _settle_absent(operation)


def _look_later(operation: Operation, error: FluenceError) -> None:
    """An outage passes; a key that stays refused would keep the operation open for ever."""
    if error.may_retry or timezone.now() < operation.created_at + PATIENCE:
        operation_release(operation, delay=WHEN_UNREACHABLE)
    else:
        message = say("look_refused", name=operation.target_name)
        operation_leave_to_person(operation, with_request(message, error))


def _look(client: FluenceClient, operation: Operation) -> Finding:
    try:
        return kind_named(operation.kind).look(client, operation)
    except NotFound:
        return Absent()


def operation_settle_by_person(operation: Operation, said: str = "settled_by_person") -> None:
    """Close an operation that only a person could settle; they say that it is dealt with, or what
    `said` is the code of.
    """
    operation_fail(operation, code="settled_by_person", message=say(said))


def _settle_absent(operation: Operation) -> None:
    """Absence proves nothing within the grace period: a new VM may be missing from lists."""
    kind = kind_named(operation.kind)
    create_grace = timedelta(seconds=settings.SETTLE_GRACE_SECONDS)
    grace = min(GRACE_REPEATABLE, create_grace) if kind.is_repeatable else create_grace
    # By Fluence's clock: a worker whose own is fast must not cut the wait short.
    sent_at = operation.sent_at_fluence or operation.sent_at or operation.created_at
    if fluence_now() < sent_at + grace:
        operation_release(operation, delay=BETWEEN_LOOKS)
    elif refusal := _refusal_in_doubt(operation):
        operation_fail(operation, code=operation.error_code, message=refusal)
    elif kind.unseen:
        operation_leave_to_person(operation, say(kind.unseen, name=operation.target_name))
    elif _may_send_again(operation):
        operation_again(operation, delay=timedelta(0), was_sent=True)
    else:
        operation_fail(operation, code="not_done", message=say("not_done"))


def _refusal_in_doubt(operation: Operation) -> Message | None:
    """Return why Fluence refused it, if it did and only its word was doubted."""
    if not operation.is_in_doubt or operation.said is None:
        return None
    why: Message = operation.said.params["why"]
    return why


def _may_send_again(operation: Operation) -> bool:
    """Whether to send it once more, now that it is proved not to have been done.

    One that does harm if it is done twice goes out again only if its own process died, and so
    may never have sent it.
    """
    harmless = kind_named(operation.kind).is_repeatable or operation.error_code == PROCESS_DIED
    return harmless and operation.attempts < MOST_ATTEMPTS
