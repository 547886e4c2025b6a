"""What follows from an operation once it has come to its end, durably, however long that takes.

A follower is begun together with what it follows, has its entry in the log by then, and waits.
"""

from collections import defaultdict
from collections.abc import Collection, Sequence
from enum import Enum, auto
from typing import Protocol, runtime_checkable

from django.db.models import QuerySet
from django.utils import timezone

from controlpanel.ui.messages import Message
from vms.models import Operation

from .engine import operation_claim
from .registry import kind_named
from .transitions import operation_fail
from .wishes import Intent

State = Operation.State
# So many are looked at in one round of the workers.
MOST = 500


class Turn(Enum):
    """Whether a follower's time has come."""

    WAIT = auto()
    GO = auto()
    NEVER = auto()


@runtime_checkable
class Follows(Protocol):
    """A kind of which operations may follow from others."""

    # Why one is not done whose turn never comes.
    never: Message

    def turn(self, operation: Operation) -> Turn:
        """Say whether its time has come; `operation.after` is loaded, and `row` if there is one."""

    def followers_note(self, operations: Collection[Operation]) -> None:
        """Show on the targets what they wait for."""


def following(intent: Intent) -> Sequence[Intent]:
    """Return what follows from an intent, bound to its operation."""
    for follower in intent.then:
        follower.operation.after = intent.operation
    return intent.then


def followers_note(operations: Collection[Operation]) -> None:
    by_kind = defaultdict(list)
    for operation in operations:
        by_kind[operation.kind].append(operation)
    for kind, of_kind in by_kind.items():
        _kind(kind).followers_note(of_kind)


def waiting_followers() -> QuerySet[Operation]:
    """Return the followers whose turn has not come."""
    return Operation.objects.filter(state=State.PENDING, after__isnull=False, ready_at=None)


def followers_release() -> None:
    """Let those go whose turn has come; close those whose turn never will."""
    waiting = waiting_followers().select_related("after").order_by("run_after")[:MOST]
    by_kind = defaultdict(list)
    for operation in waiting:
        by_kind[operation.kind].append(operation)
    for name, operations in by_kind.items():
        rows = kind_named(name).rows(operations)
        for operation in operations:
            operation.row = rows.get(operation.target_id)
            _release(operation, _kind(name))


def _release(operation: Operation, kind: Follows) -> None:
    turn = kind.turn(operation)
    waiting = waiting_followers().filter(pk=operation.pk)
    if turn is Turn.GO:
        waiting.update(ready_at=timezone.now(), run_after=timezone.now())
    elif turn is Turn.NEVER and (claimed := operation_claim(operation.pk, State.PENDING)):
        operation_fail(claimed, code="not_followed", message=kind.never)
    else:
        # Behind the others, so that each is looked at in its turn.
        waiting.update(run_after=timezone.now())


def _kind(name: str) -> Follows:
    kind = kind_named(name)
    assert isinstance(kind, Follows)  # noqa: S101 - for the type checker
    return kind
