"""The life of an operation: begin, claim, call, outcome. The same functions in web and worker.

Every step is committed before the next one begins, so that a process may die anywhere:

    begin    Operation pending, entry "requested"          nothing was sent
    claim    running, lease                                nothing was sent
    sent     sent_at                                       it may have been sent
    outcome  succeeded | failed | unknown, with its entry  known, or known to be unknown
"""

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Outcome
from controlpanel.audit.services import audit_record
from controlpanel.fluence import FluenceClient, FluenceError, OutcomeUnknown
from vms.clients import client_for, impatient_client_for
from vms.explain import explain
from vms.models import Operation
from vms.models.operation import LEASE

from .kinds import KINDS
from .targets import note_on_vm

logger = logging.getLogger(__name__)
State = Operation.State
# How long a worker keeps trying to get a call out while Fluence cannot be reached.
PATIENCE = timedelta(minutes=60)
# The first look at an unknown outcome.
FIRST_LOOK = timedelta(seconds=2)


@transaction.atomic
def operation_begin(operation: Operation, *, changes: dict[str, Any]) -> Operation:
    """Commit the intent: the operation's row and its audit entry, or neither.

    `changes` is what is asked, as field -> [before, after], without secrets.

    Raises:
        django.db.IntegrityError: the name is reserved, or the form was sent before.
    """
    operation.save(force_insert=True)
    _record(operation, Outcome.REQUESTED, changes=changes)
    return operation


def operation_run(operation_id: UUID, *, patient: bool) -> Operation:
    """Carry out a pending operation once, whoever else may try at the same time.

    With `patient` (a worker) a call that could not be sent is tried again later; without it
    (a person is waiting) it fails at once. Returns the operation as it stands afterwards; one
    that is not pending is returned untouched.
    """
    operation = operation_claim(operation_id, State.PENDING)
    if operation is None:
        return Operation.objects.get(pk=operation_id)
    kind = KINDS[operation.kind]
    try:
        client = _client(operation, patient=patient)
        kind.check(client, operation)
        if not _mark_sent(operation):
            return Operation.objects.get(pk=operation_id)
        answer = kind.send(client, operation)
    except OutcomeUnknown as error:
        operation_unknown(operation, code=error.code, message=explain(error))
    except FluenceError as error:
        if patient and error.may_retry and timezone.now() < operation.created_at + PATIENCE:
            _try_later(operation, error)
        else:
            operation_fail(operation, code=error.code, message=explain(error))
    else:
        operation_succeed(operation, answer)
    return operation


def operation_claim(operation_id: UUID, state: Operation.State) -> Operation | None:
    """Take the operation for this process; None if it is not in `state` or another has it.

    The lease's time is also the proof of holding it: whoever finds another time in the row has
    lost it, and writes nothing.
    """
    now = timezone.now()
    free = Operation.objects.filter(pk=operation_id, state=state).exclude(lease_until__gt=now)
    running = {"state": State.RUNNING} if state == State.PENDING else {}
    if free.update(lease_until=now + LEASE, **running) != 1:
        return None
    return Operation.objects.select_related("team", "account", "vm").get(pk=operation_id)


@transaction.atomic
def operation_succeed(operation: Operation, answer: Any, message: str = "") -> None:  # noqa: ANN401
    """Commit that it was done: mirror, state and entry together."""
    if _is_held(operation):
        _close(operation, State.SUCCEEDED)
        KINDS[operation.kind].apply(operation, answer)
        operation.save()
        _record(operation, Outcome.SUCCEEDED, message=message)


@transaction.atomic
def operation_fail(operation: Operation, *, code: str, message: str) -> None:
    """Commit that it was not done, and why."""
    if _is_held(operation):
        operation.error_code, operation.message = code, message[:500]
        _close(operation, State.FAILED)
        KINDS[operation.kind].refuse(operation)
        operation.save()
        _record(operation, Outcome.FAILED)


@transaction.atomic
def operation_unknown(operation: Operation, *, code: str, message: str) -> None:
    """Commit that nobody knows yet whether it was done; `resume` looks until it is known."""
    if _is_held(operation):
        operation.state = State.UNKNOWN
        operation.error_code, operation.message = code, message[:500]
        operation_release(operation, delay=FIRST_LOOK)
        note_on_vm(operation)
        _record(operation, Outcome.UNKNOWN)
        logger.warning("operation %s (%s): outcome unknown, %s", operation.pk, operation.kind, code)


@transaction.atomic
def operation_again(operation: Operation, *, delay: timedelta, message: str = "") -> None:
    """Give it back as pending: nothing of it stands at Fluence."""
    if _is_held(operation):
        operation.state, operation.sent_at = State.PENDING, None
        operation.message = message[:500]
        operation_release(operation, delay=delay)
        note_on_vm(operation)


def operation_release(operation: Operation, *, delay: timedelta) -> None:
    """Save it and let go of it; a worker takes it up after `delay`."""
    operation.lease_until = None
    operation.run_after = timezone.now() + delay
    operation.save()


def _is_held(operation: Operation) -> bool:
    """Lock the row, and say whether this process still has the lease it claimed."""
    held = Operation.objects.select_for_update().filter(
        pk=operation.pk, lease_until=operation.lease_until
    )
    return bool(held.values_list("pk"))


def _client(operation: Operation, *, patient: bool) -> FluenceClient:
    if operation.account is None:
        raise AccountGone
    return (client_for if patient else impatient_client_for)(operation.account)


class AccountGone(FluenceError):
    """The team disconnected its account while the operation waited."""

    def __init__(self) -> None:
        super().__init__(
            "The team's Fluence account was disconnected before this was sent.",
            code="account_disconnected",
        )


def _mark_sent(operation: Operation) -> bool:
    """Commit that the call goes out now, with a fresh lease; False if the lease was lost."""
    now = timezone.now()
    sent = {"sent_at": now, "lease_until": now + LEASE, "attempts": operation.attempts + 1}
    held = Operation.objects.filter(pk=operation.pk, lease_until=operation.lease_until)
    if held.update(**sent) != 1:
        return False
    for name, value in sent.items():
        setattr(operation, name, value)
    return True


def _try_later(operation: Operation, error: FluenceError) -> None:
    delay = timedelta(seconds=min(error.retry_after or 5.0 * 2**operation.attempts, 60.0))
    operation_again(operation, delay=delay, message=f"{explain(error)} The panel tries again.")


def _close(operation: Operation, state: Operation.State) -> None:
    operation.state = state
    operation.secret = ""
    operation.reserved_name = None
    operation.lease_until = None
    operation.needs_attention = False
    operation.finished_at = timezone.now()


def _record(
    operation: Operation,
    outcome: Outcome,
    *,
    changes: dict[str, Any] | None = None,
    message: str = "",
) -> None:
    kind = KINDS[operation.kind]
    failed = outcome in (Outcome.FAILED, Outcome.UNKNOWN)
    audit_record(
        team_id=operation.team_id,
        actor=operation.actor,
        action=kind.ACTION,
        target=kind.target(operation),
        outcome=outcome,
        changes=changes,
        error_code=operation.error_code if failed else "",
        message=operation.message if failed else message,
        operation_id=operation.pk,
    )
