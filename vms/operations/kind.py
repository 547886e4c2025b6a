"""What differs from one kind of change to another: one object each, in its noun's folder."""

from abc import ABC, abstractmethod
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from typing import Any, ClassVar

from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import Changes, FluenceClient, FluenceError
from controlpanel.teams.permissions import Permission
from vms.models import Batch, FluenceAccount, Operation

from .findings import Finding
from .wishes import Asking, Intent, Wish


@dataclass
class Question:
    """A kind of change asked of some targets: what the gates judge, and the kind prepares.

    `account` and `batch` are there once the gates have let it pass. `busy` are the ids of those
    targets that have the same under way: read before the targets are, so that what was busy shows
    its outcome. That makes the checks hold against a second click.
    """

    kind: "Kind"
    wishes: Iterable[Wish]
    asking: Asking
    account: FluenceAccount | None = None
    batch: Batch | None = None
    busy: Collection[str] = field(default=())

    @cached_property
    def targets(self) -> list[Wish]:
        """What is asked of each target. Drawn when first looked at: with the account locked, so
        that wishes which follow from earlier operations follow from how these stand now.
        """
        return list(self.wishes)

    def operation(
        self, *, target_id: str, target_name: str, row: Model | None = None, **values: Any
    ) -> Operation:
        """Return an operation on one target, to be begun; `row` is the target's, if it has one."""
        operation = Operation(
            team_id=self.asking.team.pk,
            account=self.account,
            kind=self.kind.name,
            actor_data=self.asking.actor.as_json(),
            target_type=self.kind.target_type,
            target_id=target_id,
            target_name=target_name,
            batch=self.batch,
            **values,
        )
        operation.row = row
        return operation


class Stage(Enum):
    """How far the target has come of what Fluence was asked for, and took."""

    GOING_ON = auto()
    OVER = auto()
    BROKEN = auto()


class Kind(ABC):
    """One kind of change of what is at Fluence."""

    # Its name in the log, and its own.
    action: Action
    # What whoever asks for it must be allowed, also when a worker carries it out later.
    permission: Permission
    target_type: ClassVar[str]
    # Whether sending it twice does no harm. A create is not repeatable: it would be paid twice.
    is_repeatable: bool = False
    # The refusals after which it may have been done all the same.
    doubted: ClassVar[frozenset[type[FluenceError]]] = frozenset()
    # What is said to whoever has to settle one that Fluence has not shown for the grace period;
    # none where that proves that it was not done.
    unseen: ClassVar[str] = ""
    # What it does, as the head of a page says it: "Restart".
    verb: str | Promise
    # What a target is once it is over: "Launched".
    over: str | Promise = _("Done")

    @property
    def name(self) -> str:
        return self.action.value

    @abstractmethod
    def title(self, count: int) -> str:
        """Say what is asked of so many: "Restart 3 VMs"."""

    # --- asking: in the transaction that begins it, with the account locked ---

    @abstractmethod
    def wishes(self, question: Question) -> Sequence[Wish]:
        """Return the wishes with their targets read anew, or made; those that are gone left out."""

    @abstractmethod
    def intent(self, wish: Wish, question: Question) -> Intent:
        """Check that it can be asked of the target now, and prepare the operation.

        Raises:
            VMsError: it cannot, in a person's words.
        """

    def begun(self, operations: Sequence[Operation]) -> None:
        """Check what holds only once the operations' names are reserved; raise VMsError if not."""

    def again(self, earlier: Operation, secret: str) -> Wish:
        """Return the wish to ask for the same of `earlier.row`; `secret` is given anew."""
        return Wish(earlier.row, earlier.request, secret=secret)

    def rows(self, operations: "Collection[Operation]") -> dict[str, Model]:  # noqa: ARG002
        """Return the rows of the operations' targets, by `target_id`."""
        return {}

    def lock_rows(self, target_ids: Collection[str]) -> None:
        """Lock the targets' rows, all in one order, as they are locked before the team."""

    # --- carrying out ---

    @abstractmethod
    def target(self, operation: Operation) -> Target:
        """Name what it is about for the audit log."""

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Read at Fluence what must hold before the call; raise FluenceError if it does not.

        Most kinds have nothing to read: Fluence itself refuses what a status does not allow.
        """

    @abstractmethod
    def send(self, client: FluenceClient[Changes], operation: Operation) -> Any:  # noqa: ANN401
        """Make the one call."""

    @abstractmethod
    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        """Look whether a call that may have happened did."""

    # --- its outcome: in the transaction that commits it ---

    @abstractmethod
    def apply(self, operation: Operation, answer: Any, /) -> None:  # noqa: ANN401
        """Mirror what the call did."""

    def stage(self, operation: Operation) -> Stage:  # noqa: ARG002 - others look at its row
        """How far one that succeeded has come at its target, `operation.row`."""
        return Stage.OVER

    def refuse(self, operation: Operation) -> None:
        """Mirror that it was not done; `operation.said` tells why."""

    def note(self, operation: Operation) -> None:
        """Show on the target what the operation waits for."""

    def told_beside_form(self, operation: Operation) -> None:
        """Take back what `refuse` shows: the person who waited reads it beside the form."""
