"""The life of an operation: begin, claim, call, outcome. The same functions in web and worker.

Every step is committed before the next one begins, so that a process may die anywhere:

    begin    Operation pending, entry "requested"          nothing was sent
    claim    running, lease                                nothing was sent
    sent     sent_at                                       it may have been sent
    outcome  succeeded | failed | unknown, with its entry  known, or known to be unknown
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Outcome
from controlpanel.audit.services import Draft, audit_append
from controlpanel.fluence import FluenceError, OutcomeUnknown
from controlpanel.lib.database import DATABASE_TROUBLE
from controlpanel.observability import context, metrics
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import FluenceAccount
from vms.core.clients import client_for, fluence_now, impatient_client_for
from vms.core.explain import UNCHANGED, explain, explain_waiting
from vms.models import Operation
from vms.models.operation import LEASE, OPEN_STATES

from .crash_points import crash_point
from .findings import Found, Unclear
from .registry import KINDS
from .targets import note_on_vm

logger = logging.getLogger(__name__)
State = Operation.State
# How long a worker keeps trying to get a call out while Fluence cannot be reached.
PATIENCE = timedelta(minutes=60)
# What an outcome writes of an operation; `request` may have been completed by it.
OUTCOME_FIELDS = (
    *("state", "secret", "reserved_name", "lease_until", "needs_attention", "finished_at"),
    *("error_code", "message", "request"),
)
# The first look at an unknown outcome.
FIRST_LOOK = timedelta(seconds=2)
# The error code of an operation whose process died after it may have sent the call.
PROCESS_DIED = "process_died"
# The error code of what the panel itself got wrong, and what to say of it.
INTERNAL_ERROR = "internal_error"
NOT_SENT = (
    "The panel failed before it asked Fluence. Nothing was changed. Try again; if it fails again, "
    "whoever runs the panel finds the reason in its log."
)
MAYBE_SENT = (
    "The panel failed during the call, so it is not known yet whether it was done. It keeps "
    "looking and will show the outcome here; do not ask again meanwhile."
)
ACCOUNT_GONE = (
    "The team's Fluence account was disconnected before this was sent. Nothing was changed."
)


@dataclass(frozen=True, slots=True)
class Intent:
    """An operation that is not begun yet; `changes` is what it asks: field -> [before, after]."""

    operation: Operation
    changes: dict[str, Any]


def operation_begin(intent: Intent) -> Operation:
    """Commit the intent of one operation, as `operations_begin` does."""
    return operations_begin([intent])[0]


@transaction.atomic
def operations_begin(intents: Sequence[Intent]) -> list[Operation]:
    """Commit intents of one team: the operations' rows and their audit entries, or nothing.

    Raises:
        django.db.IntegrityError: a name is reserved, or the form was sent before.
    """
    operations = Operation.objects.bulk_create([intent.operation for intent in intents])
    entries = [
        _draft(intent.operation, Outcome.REQUESTED, changes=intent.changes) for intent in intents
    ]
    audit_append(operations[0].team_id, entries)
    crash_point("before_begin_commits")
    return operations


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
        operation_fail(operation, code="account_disconnected", message=ACCOUNT_GONE)
        return operation
    try:
        answer = _call(operation, operation.account, patient=patient)
    except LeaseLost:
        return Operation.objects.get(pk=operation_id)
    except LookUnclear as unclear:
        operation_leave_to_person(operation, str(unclear))
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
        case PermissionDenied():
            message = f"{operation.actor.name} may not do this any more. {UNCHANGED}"
            operation_fail(operation, code="permission_denied", message=message)
        case _ if patient and error.may_retry and timezone.now() < operation.created_at + PATIENCE:
            _try_later(operation, error)
        case _:
            operation_fail(operation, code=error.code, message=explain(error))


class LookUnclear(Exception):
    """An earlier attempt may have done it, so this one must not send it."""


class LeaseLost(Exception):
    """Another process has taken the operation over, so this one must not send it."""


def _call(operation: Operation, account: FluenceAccount, *, patient: bool) -> Any:  # noqa: ANN401
    """Send the call, unless an earlier attempt turns out to have done it after all.

    Raises PermissionDenied if whoever asked for it may no longer do it.
    """
    kind = KINDS[operation.kind]
    client = (client_for if patient else impatient_client_for)(account)
    if operation.attempts:
        finding = kind.look(client, operation)
        if isinstance(finding, Found):
            return finding.answer
        if isinstance(finding, Unclear):
            raise LookUnclear(finding.message)
    if patient:
        # The service has asked already, but by now the person may have left the team.
        permission_require(actor=operation.actor, team=operation.team, permission=kind.PERMISSION)
    kind.check(client, operation)
    crash_point("after_check")
    _mark_sent(operation)
    crash_point("after_mark_sent")
    answer = kind.send(client.for_changes(), operation)
    crash_point("after_call")
    return answer


def _fail_by_panel(operation: Operation) -> None:
    """An error of the panel's own must neither lose the operation nor repeat it for ever."""
    if operation.sent_at is None:
        operation_fail(operation, code=INTERNAL_ERROR, message=NOT_SENT)
    else:
        operation_unknown(operation, code=INTERNAL_ERROR, message=MAYBE_SENT)


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
    return Operation.objects.select_related("team", "account", "vm").get(pk=operation_id)


@transaction.atomic
def operation_succeed(operation: Operation, answer: Any, message: str = "") -> None:  # noqa: ANN401
    """Commit that it was done: mirror, state and entry together."""
    if _is_held(operation):
        operation.error_code = operation.message = ""
        _close(operation, State.SUCCEEDED)
        KINDS[operation.kind].apply(operation, answer)
        operation.save(update_fields=OUTCOME_FIELDS)
        _record(operation, Outcome.SUCCEEDED, message)
        crash_point("before_outcome_commits")


@transaction.atomic
def operation_fail(operation: Operation, *, code: str, message: str) -> None:
    """Commit that it was not done, and why."""
    if _is_held(operation):
        operation.error_code, operation.message = code[:40], message[:500]
        _close(operation, State.FAILED)
        KINDS[operation.kind].refuse(operation)
        operation.save(update_fields=OUTCOME_FIELDS)
        _record(operation, Outcome.FAILED)


@transaction.atomic
def operation_unknown(operation: Operation, *, code: str, message: str) -> None:
    """Commit that nobody knows yet whether it was done; `resume` looks until it is known."""
    if _is_held(operation):
        operation.state = State.UNKNOWN
        operation.error_code, operation.message = code[:40], message[:500]
        if code != PROCESS_DIED:
            operation.secret = ""  # it was sent, and will not be sent again
        _let_go(operation, delay=FIRST_LOOK)
        note_on_vm(operation)
        _record(operation, Outcome.UNKNOWN)
        logger.warning("operation %s (%s): outcome unknown, %s", operation.pk, operation.kind, code)


@transaction.atomic
def operation_again(operation: Operation, *, delay: timedelta, message: str = "") -> None:
    """Give it back as pending: nothing of it stands at Fluence."""
    if _is_held(operation):
        operation.state = State.PENDING
        operation.sent_at = operation.sent_at_fluence = None
        operation.message = message[:500]
        _let_go(operation, delay=delay)
        note_on_vm(operation)


@transaction.atomic
def operation_release(operation: Operation, *, delay: timedelta) -> None:
    """Let go of it as it is; a worker takes it up after `delay`."""
    if _is_held(operation):
        _let_go(operation, delay=delay)


@transaction.atomic
def operation_leave_to_person(operation: Operation, message: str) -> None:
    """Stop looking: only a person can settle it."""
    if _is_held(operation):
        operation.state = State.UNKNOWN
        operation.needs_attention = True
        operation.message = message[:500]
        _let_go(operation, delay=timedelta(0))
        note_on_vm(operation)


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
    waited = (timezone.now() - operation.created_at).total_seconds()
    seconds = max(error.retry_after or 0.0, min(max(waited / 4, 5.0), 60.0))
    delay = min(timedelta(seconds=seconds), PATIENCE)
    message = explain_waiting(error, delay.total_seconds())
    operation_again(operation, delay=delay, message=message)


def _close(operation: Operation, state: Operation.State) -> None:
    operation.state = state
    operation.secret = ""
    operation.reserved_name = None
    operation.lease_until = None
    operation.needs_attention = False
    operation.finished_at = timezone.now()
    metrics.operation_ended(operation.kind, state.value, operation.error_code)


def _record(operation: Operation, outcome: Outcome, message: str = "") -> None:
    audit_append(operation.team_id, [_draft(operation, outcome, message=message)])


def _draft(
    operation: Operation,
    outcome: Outcome,
    *,
    changes: dict[str, Any] | None = None,
    message: str = "",
) -> Draft:
    kind = KINDS[operation.kind]
    failed = outcome in (Outcome.FAILED, Outcome.UNKNOWN)
    return Draft(
        actor=operation.actor,
        action=kind.ACTION,
        target=kind.target(operation),
        outcome=outcome,
        changes=changes or {},
        error_code=operation.error_code if failed else "",
        message=operation.message if failed else message,
        operation_id=operation.pk,
    )
