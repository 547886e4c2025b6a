"""What the pages of batches read: what is about to be asked of many VMs, and how it stands."""

from dataclasses import dataclass
from uuid import UUID

from controlpanel.teams.models import Team
from vms.models import VM, Batch, Operation

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
        return self._in(State.RUNNING) + self._in(State.UNKNOWN) - self.attention

    @property
    def attention(self) -> int:
        """How many only a person can settle: nothing tells whether they were done."""
        return sum(each.needs_attention for each in self.operations)

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
    def failed_need_text(self) -> bool:
        """Whether what failed had cloud-init text, which is wiped and must be given again."""
        return self._need_text(is_stopped=False)

    @property
    def stopped_need_text(self) -> bool:
        return self._need_text(is_stopped=True)

    @property
    def ended(self) -> int:
        return self.total - self.waiting - self.under_way - self.attention

    @property
    def has_choices(self) -> bool:
        """Whether anything is left to stop, resume or retry."""
        return bool(self.waiting or self.stopped or self.failed)

    def _need_text(self, *, is_stopped: bool) -> bool:
        return any(
            each.state == State.FAILED
            and each.is_cancelled == is_stopped
            and each.request.get("has_cloud_init")
            for each in self.operations
        )

    def _in(self, state: Operation.State) -> int:
        return sum(each.state == state for each in self.operations)


def batch_for_team(*, team: Team, batch_id: UUID) -> Batch | None:
    return Batch.objects.filter(team=team, pk=batch_id).select_related("team").first()


def batch_progress(batch: Batch) -> Progress:
    return Progress(operations=last_operations(batch))


def last_operations(batch: Batch) -> list[Operation]:
    """Return the last operation of each VM, with its row: earlier ones were stopped or failed."""
    last: dict[str, Operation] = {}
    for operation in batch.operations.order_by("created_at", "pk"):
        last[operation.target_id] = operation
    vms = VM.objects.in_bulk(list(last))
    for target_id, operation in last.items():
        operation.row = vms.get(UUID(target_id))
    return list(last.values())


def batch_for_form(*, team: Team, form_key: str) -> Batch | None:
    """Return the batch that a form has made already, if it was sent before."""
    return Batch.objects.filter(team=team, form_key=form_key).first() if form_key else None
