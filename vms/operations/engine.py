"""The life of an operation: begin, claim, call, outcome. The same functions in web and worker.

Every step is committed before the next one begins, so that a process may die anywhere:

    begin    Operation pending, entry "requested"          nothing was sent
    claim    running, lease                                nothing was sent
    sent     sent_at                                       it may have been sent
    outcome  succeeded | failed | unknown, with its entry  known, or known to be unknown
"""

import logging
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from controlpanel.fluence import FluenceError, OutcomeUnknown
from controlpanel.lib.database import DATABASE_TROUBLE
from controlpanel.observability import context
from controlpanel.teams.access import permission_require
from controlpanel.ui.messages import Message, say
from vms.core.clients import client_for, fluence_now, impatient_client_for
from vms.core.explain import explain, explain_refusal, explain_waiting
from vms.models import FluenceAccount, Operation
from vms.models.operation import IN_DOUBT, LEASE

from .crash_points import crash_point
from .findings import Found, Unclear
from .registry import kind_named
from .transitions import (
    operation_again,
    operation_fail,
    operation_leave_to_person,
    operation_succeed,
    operation_unknown,
)

logger = logging.getLogger(__name__)
State = Operation.State
# How long a worker keeps trying to get a call out while Fluence cannot be reached.
PATIENCE = timedelta(minutes=60)
# The error code of what the panel itself got wrong.
INTERNAL_ERROR = "internal_error"


def operation_run(operation_id: UUID, *, patient: bool) -> Operation:
    """Carry out a pending operation once, whoever else may try at the same time.

    With `patient` (a worker) a call that could not be sent is tried again later; without it
    (a person is waiting) it fails at once. Returns the operation as it stands afterwards; one
    that is not pending is returned untouched.
    """
    crash_point("after_begin")
    operation = operation_claim(operation_id, State.PENDING)
    if operation is None:
        return Operation.objects.get(pk=operation_id)
    crash_point("after_claim")
    if operation.account is None:
        operation_fail(operation, code="account_disconnected", message=say("account_gone"))
        return operation
    try:
        answer = _call(operation, operation.account, patient=patient)
    except LeaseLost:
        return Operation.objects.get(pk=operation_id)
    except LookUnclear as unclear:
        operation_leave_to_person(operation, unclear.message)
    except OutcomeUnknown as error:
        operation_unknown(operation, code=error.code, message=explain(error))
    except (PermissionDenied, FluenceError) as error:
        _not_done(operation, error, patient=patient)
    except DATABASE_TROUBLE:
        # It cannot be written how it stands either: it is taken over when the lease is out.
        raise
    except Exception:
        logger.exception("operation %s (%s): the panel failed", operation.pk, operation.kind)
        _fail_by_panel(operation)
    else:
        operation_succeed(operation, answer)
        crash_point("after_outcome")
    return operation


def _not_done(
    operation: Operation, error: PermissionDenied | FluenceError, *, patient: bool
) -> None:
    """Commit what the error says of an operation that was not done: refused, or tried later."""
    match error:
        case FluenceError() if _is_doubtful(operation, error):
            message = say(IN_DOUBT, why=explain_refusal(error))
            operation_unknown(operation, code=error.code, message=message)
        case PermissionDenied():
            message = say("actor_may_not", name=operation.actor.name)
            operation_fail(operation, code="permission_denied", message=message)
        case _ if patient and error.may_retry and timezone.now() < _since(operation) + PATIENCE:
            _try_later(operation, error)
        case _:
            operation_fail(operation, code=error.code, message=explain(error))


def _since(operation: Operation) -> datetime:
    """Return since when it may be carried out."""
    return operation.ready_at or operation.created_at


def _is_doubtful(operation: Operation, error: FluenceError) -> bool:
    """Whether Fluence refused what was sent to it, and may have done it all the same."""
    was_answered = operation.sent_at is not None and error.status is not None
    return was_answered and type(error) in kind_named(operation.kind).doubted


class LookUnclear(Exception):
    """An earlier attempt may have done it, so this one must not send it."""

    def __init__(self, message: Message) -> None:
        super().__init__(message)
        self.message = message


class LeaseLost(Exception):
    """Another process has taken the operation over, so this one must not send it."""


def _call(operation: Operation, account: FluenceAccount, *, patient: bool) -> Any:  # noqa: ANN401
    """Send the call, unless an earlier attempt turns out to have done it after all.

    Raises PermissionDenied if whoever asked for it may no longer do it.
    """
    kind = kind_named(operation.kind)
    client = (client_for if patient else impatient_client_for)(account)
    if operation.attempts:
        finding = kind.look(client, operation)
        if isinstance(finding, Found):
            return finding.answer
        if isinstance(finding, Unclear):
            raise LookUnclear(finding.message)
    if patient:
        # The service has asked already, but by now the person may have left the team.
        permission_require(actor=operation.actor, team=operation.team, permission=kind.permission)
    kind.check(client, operation)
    operation.reveal_secret()  # one that cannot be read is found out before anything is sent
    crash_point("after_check")
    _mark_sent(operation)
    crash_point("after_mark_sent")
    answer = kind.send(client.for_changes(), operation)
    crash_point("after_call")
    return answer


def _fail_by_panel(operation: Operation) -> None:
    """An error of the panel's own must neither lose the operation nor repeat it for ever."""
    if operation.sent_at is None:
        operation_fail(operation, code=INTERNAL_ERROR, message=say("panel_failed_before"))
    else:
        operation_unknown(operation, code=INTERNAL_ERROR, message=say("panel_failed_during"))


def operation_claim(operation_id: UUID, state: Operation.State) -> Operation | None:
    """Take the operation for this process; None if it is not in `state`, another process has it,
    or it is left to a person.

    The lease's time is also the proof of holding it: whoever finds another time in the row has
    lost it, and writes nothing.
    """
    now = timezone.now()
    free = Operation.objects.filter(pk=operation_id, state=state, needs_attention=False)
    free = free.exclude(lease_until__gt=now)
    running = {"state": State.RUNNING} if state == State.PENDING else {}
    if free.update(lease_until=now + LEASE, **running) != 1:
        return None
    context.bind(operation_id=operation_id)
    return Operation.objects.select_related("team", "account").get(pk=operation_id)


def _mark_sent(operation: Operation) -> None:
    """Commit that the call goes out now, with a fresh lease.

    Raises:
        LeaseLost: reading at Fluence took so long that another process may have taken over.
    """
    now = timezone.now()
    sent = {
        "sent_at": now,
        "sent_at_fluence": fluence_now(),
        "lease_until": now + LEASE,
        "attempts": operation.attempts + 1,
    }
    held = Operation.objects.filter(pk=operation.pk, lease_until=operation.lease_until)
    if held.update(**sent) != 1:
        raise LeaseLost
    for name, value in sent.items():
        setattr(operation, name, value)


def _try_later(operation: Operation, error: FluenceError) -> None:
    """Give it back for as long as Fluence asks, and the longer the longer it has waited."""
    waited = (timezone.now() - _since(operation)).total_seconds()
    seconds = max(error.retry_after or 0.0, min(max(waited / 4, 5.0), 60.0))
    delay = min(timedelta(seconds=seconds), PATIENCE)
    message = explain_waiting(error, delay.total_seconds())
    operation_again(operation, delay=delay, message=message, was_sent=error.status is not None)
