"""Settling what a crash or a silent Fluence left open, by looking at Fluence."""

import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from controlpanel.fluence import FluenceClient, FluenceError, NotFound
from vms.core.clients import client_for, fluence_now
from vms.core.explain import with_request
from vms.models import Operation
from vms.models.operation import LEASE

from .engine import (
    PATIENCE,
    PROCESS_DIED,
    operation_again,
    operation_claim,
    operation_fail,
    operation_leave_to_person,
    operation_release,
    operation_succeed,
    operation_unknown,
)
from .findings import Absent, Finding, Found, Unclear
from .registry import KINDS

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
    found = list(due.order_by("run_after").values_list("pk", "state")[:limit])
    pushed = Operation.objects.filter(pk__in=[pk for pk, _ in found])
    pushed.update(run_after=now + timedelta(seconds=15))
    return [(pk, state == State.UNKNOWN) for pk, state in found]


def operations_orphaned() -> None:
    """Take over the operations whose process died while it ran them."""
    now = timezone.now()
    dead = Operation.objects.filter(state=State.RUNNING, lease_until__lte=now)
    for operation in dead.select_related("team", "account", "vm").order_by("lease_until")[:200]:
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
        operation_unknown(
            operation,
            code=PROCESS_DIED,
            message="The panel's process stopped during the call. The panel is looking at "
            "Fluence whether it was done.",
        )


def operation_settle(operation_id: UUID) -> None:
    """Look at Fluence whether an unknown operation was done, and commit what is found."""
    operation = operation_claim(operation_id, State.UNKNOWN)
    if operation is None:
        return
    if operation.account is None:
        operation_leave_to_person(
            operation,
            "The Fluence account was disconnected before the outcome was known. Look at Fluence "
            f"whether {operation.target_name} is as it should be.",
        )
        return
    try:
        finding = _look(client_for(operation.account), operation)
    except FluenceError as error:
        logger.warning("operation %s: cannot look yet, %s", operation.pk, error.code)
        _look_later(operation, error)
        return
    match finding:
        case Found(answer):
            operation_succeed(operation, answer, message="Found at Fluence by looking.")
        case Unclear(message):
            operation_leave_to_person(operation, message)
        case Absent():
            _settle_absent(operation)


def _look_later(operation: Operation, error: FluenceError) -> None:
    """An outage passes; a key that stays refused would keep the operation open for ever."""
    if error.may_retry or timezone.now() < operation.created_at + PATIENCE:
        operation_release(operation, delay=WHEN_UNREACHABLE)
    else:
        message = (
            "Fluence has refused for an hour to tell whether this was done. Look there whether "
            f"{operation.target_name} is as it should be, then dismiss this."
        )
        operation_leave_to_person(operation, with_request(message, error))


def _look(client: FluenceClient, operation: Operation) -> Finding:
    try:
        return KINDS[operation.kind].look(client, operation)
    except NotFound:
        return Absent()


def operation_settle_by_person(operation: Operation) -> None:
    """Close an operation that only a person could settle; they say that it is dealt with."""
    operation_fail(operation, code="settled_by_person", message="Settled by a person.")


def _settle_absent(operation: Operation) -> None:
    """Absence proves nothing within the grace period: a new VM may be missing from lists."""
    kind = KINDS[operation.kind]
    create_grace = timedelta(seconds=settings.SETTLE_GRACE_SECONDS)
    grace = min(GRACE_REPEATABLE, create_grace) if kind.REPEATABLE else create_grace
    # By Fluence's clock: a worker whose own is fast must not cut the wait short.
    sent_at = operation.sent_at_fluence or operation.sent_at or operation.created_at
    if fluence_now() < sent_at + grace:
        operation_release(operation, delay=BETWEEN_LOOKS)
    elif _may_send_again(operation):
        operation_again(operation, delay=timedelta(0))
    else:
        operation_fail(
            operation,
            code="not_done",
            message="Fluence has no trace of it: it was not done, and nothing is charged for it. "
            "You can try again.",
        )


def _may_send_again(operation: Operation) -> bool:
    """Whether to send it once more, now that it is proved not to have been done.

    A create that Fluence left unanswered is not sent again by itself, lest a very late answer
    be paid twice; the person decides. One whose own process died may never have left it.
    """
    harmless = KINDS[operation.kind].REPEATABLE or operation.error_code == PROCESS_DIED
    return harmless and operation.attempts < MOST_ATTEMPTS
