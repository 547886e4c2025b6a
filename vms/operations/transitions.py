"""Committing how an operation stands: its row, its target and its audit entry together.

Each step needs the operation's lease. Whoever has lost it to another process writes nothing.
"""

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from controlpanel.audit.actions import Outcome
from controlpanel.observability import metrics
from controlpanel.ui.messages import Message, say
from vms.models import Operation
from vms.models.operation import OPEN_STATES

from .crash_points import crash_point
from .log import operation_record
from .registry import kind_named

logger = logging.getLogger(__name__)
State = Operation.State
# What an outcome writes of an operation; `request` and the target may be completed by it.
OUTCOME_FIELDS = (
    *("state", "secret", "reserved_name", "lease_until", "needs_attention", "finished_at"),
    *("error_code", "said", "request", "target_id", "target_name"),
)
# The first look at an unknown outcome.
FIRST_LOOK = timedelta(seconds=2)
# The error code of an operation whose process died after it may have sent the call.
PROCESS_DIED = "process_died"


@transaction.atomic
def operation_succeed(
    operation: Operation,
    answer: Any,  # noqa: ANN401
    message: Message | None = None,
) -> None:
    """Commit that it was done: mirror, state and entry together."""
    if _is_held(operation):
        operation.error_code, operation.said = "", None
        _close(operation, State.SUCCEEDED)
        kind_named(operation.kind).apply(operation, answer)
        operation.save(update_fields=OUTCOME_FIELDS)
        operation_record(operation, Outcome.SUCCEEDED, message)
        crash_point("before_outcome_commits")


@transaction.atomic
def operation_fail(operation: Operation, *, code: str, message: Message) -> None:
    """Commit that it was not done, and why."""
    if _is_held(operation):
        operation.error_code, operation.said = code[:40], message
        _close(operation, State.FAILED)
        kind_named(operation.kind).refuse(operation)
        operation.save(update_fields=OUTCOME_FIELDS)
        operation_record(operation, Outcome.FAILED)


@transaction.atomic
def operation_unknown(operation: Operation, *, code: str, message: Message) -> None:
    """Commit that nobody knows yet whether it was done; `settling` looks until it is known."""
    if _is_held(operation):
        operation.state = State.UNKNOWN
        operation.error_code, operation.said = code[:40], message
        operation.secret = ""  # what has one is not sent twice
        _let_go(operation, delay=FIRST_LOOK)
        _note(operation)
        operation_record(operation, Outcome.UNKNOWN)
        logger.warning("operation %s (%s): outcome unknown, %s", operation.pk, operation.kind, code)


@transaction.atomic
def operation_again(
    operation: Operation,
    *,
    delay: timedelta,
    message: Message | None = None,
    was_sent: bool = False,
) -> None:
    """Give it back as pending: nothing of it stands at Fluence.

    What has reached Fluence and is to be sent once more has an entry for each time.
    """
    if _is_held(operation):
        operation.state = State.PENDING
        operation.sent_at = operation.sent_at_fluence = None
        operation.said = message
        _let_go(operation, delay=delay)
        _note(operation)
        if was_sent:
            operation_record(operation, Outcome.REQUESTED, say("sent_again"))


@transaction.atomic
def operation_done_after_all(operation: Operation, mirror: Callable[[], None]) -> bool:
    """Commit that one was done which counted as not done, or which a person was to settle.

    `mirror` writes what it did. Returns whether it did: it may have been settled meanwhile.
    """
    waiting = Q(state=State.FAILED) | Q(state=State.UNKNOWN, needs_attention=True)
    if not Operation.objects.select_for_update().filter(waiting, pk=operation.pk).values_list("pk"):
        return False
    operation.error_code, operation.said = "", None
    _close(operation, State.SUCCEEDED)
    mirror()
    operation.save(update_fields=OUTCOME_FIELDS)
    operation_record(operation, Outcome.SUCCEEDED, say("done_after_all"))
    return True


@transaction.atomic
def operation_release(operation: Operation, *, delay: timedelta) -> None:
    """Let go of it as it is; a worker takes it up after `delay`."""
    if _is_held(operation):
        _let_go(operation, delay=delay)


@transaction.atomic
def operation_leave_to_person(operation: Operation, message: Message) -> None:
    """Stop looking: only a person can settle it."""
    if _is_held(operation):
        operation.state = State.UNKNOWN
        operation.needs_attention = True
        operation.said = message
        _let_go(operation, delay=timedelta(0))
        _note(operation)


def _note(operation: Operation) -> None:
    kind_named(operation.kind).note(operation)


def _let_go(operation: Operation, *, delay: timedelta) -> None:
    operation.lease_until = None
    operation.run_after = timezone.now() + delay
    operation.save()


def _is_held(operation: Operation) -> bool:
    """Lock the row, and say whether it is open and still leased as this process knows it."""
    held = Operation.objects.select_for_update().filter(
        pk=operation.pk, lease_until=operation.lease_until, state__in=OPEN_STATES
    )
    return bool(held.values_list("pk"))


def _close(operation: Operation, state: Operation.State) -> None:
    operation.state = state
    operation.secret = ""
    operation.reserved_name = None
    operation.lease_until = None
    operation.needs_attention = False
    operation.finished_at = timezone.now()
    metrics.operation_ended(operation.kind, state.value, operation.error_code)
