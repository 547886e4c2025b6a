"""What the page of a batch reads: how each of its VMs stands, and how many stand how."""

from dataclasses import dataclass
from uuid import UUID

from controlpanel.teams.models import Team

from .models import Batch, Operation

State = Operation.State


@dataclass(frozen=True, slots=True)
class Progress:
    """The last operation of each VM, in the order in which they were asked for."""

    operations: list[Operation]

    @property
    def total(self) -> int:
        return len(self.operations)

    @property
    def waiting(self) -> int:
        return self._in(State.PENDING)

    @property
    def under_way(self) -> int:
        return self._in(State.RUNNING) + self._in(State.UNKNOWN)

    @property
    def succeeded(self) -> int:
        return self._in(State.SUCCEEDED)

    @property
    def stopped(self) -> int:
        return sum(each.is_cancelled for each in self.operations)

    @property
    def failed(self) -> int:
        return self._in(State.FAILED) - self.stopped

    @property
    def ended(self) -> int:
        return self.total - self.waiting - self.under_way

    def _in(self, state: Operation.State) -> int:
        return sum(each.state == state for each in self.operations)


def batch_for_team(*, team: Team, batch_id: UUID) -> Batch | None:
    return Batch.objects.filter(team=team, pk=batch_id).select_related("team").first()


def batch_progress(batch: Batch) -> Progress:
    return Progress(operations=last_operations(batch))


def last_operations(batch: Batch) -> list[Operation]:
    """Return the last operation of each VM: earlier ones were stopped or failed before it."""
    last: dict[UUID | None, Operation] = {}
    for operation in batch.operations.select_related("vm").order_by("created_at", "pk"):
        last[operation.vm_id] = operation
    return list(last.values())
