"""What the pages of batches read: what was asked of many VMs, and how it stands."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from controlpanel.teams.models import Team
from vms.models import Batch, Operation
from vms.models.vm import TARGET_TYPE
from vms.operations.kind import Kind, Stage
from vms.operations.registry import kind_named

State = Operation.State
PAGE = 20


@dataclass(frozen=True, slots=True)
class Progress:
    """The last operation of each VM, in the order in which they were asked for.

    What Fluence took is not over with that: a VM that was deployed is still to be launched.
    """

    kind: Kind
    operations: list[Operation]

    @property
    def title(self) -> str:
        return self.kind.title(self.total)

    @property
    def is_of_vms(self) -> bool:
        return self.kind.target_type == TARGET_TYPE

    @property
    def total(self) -> int:
        return len(self.operations)

    @property
    def waiting(self) -> int:
        return self._in(State.PENDING)

    @property
    def under_way(self) -> int:
        unanswered = self._in(State.RUNNING) + self._in(State.UNKNOWN) - self.attention
        return unanswered + self._at(Stage.GOING_ON)

    @property
    def attention(self) -> int:
        """How many only a person can settle: nothing tells whether they were done."""
        return sum(each.needs_attention for each in self.operations)

    @property
    def succeeded(self) -> int:
        """How many Fluence took."""
        return self._in(State.SUCCEEDED)

    @property
    def over(self) -> int:
        """How many have come to what was asked of them: VMs that are launched."""
        return self._at(Stage.OVER)

    @property
    def broken(self) -> int:
        """How many Fluence took and then could not do, such as a VM whose launch failed."""
        return self._at(Stage.BROKEN)

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

    def _at(self, stage: Stage) -> int:
        taken = (each for each in self.operations if each.state == State.SUCCEEDED)
        return sum(self.kind.stage(each) == stage for each in taken)


@dataclass(frozen=True, slots=True)
class BatchPage:
    """One page, the newest first. `previous` and `next` are numbers, 0 where there is none."""

    batches: list[tuple[Batch, Progress]]
    number: int
    next: int

    @property
    def previous(self) -> int:
        return self.number - 1


def batches_for_team(*, team: Team, number: int) -> BatchPage:
    """Return a page, counted from 1; the first if there is no such page."""
    start = (number - 1) * PAGE
    rows = Batch.objects.filter(team=team).order_by("-created_at", "-pk")
    found = list(rows[start : start + PAGE + 1])
    if not found and number > 1:
        return batches_for_team(team=team, number=1)
    shown = found[:PAGE]
    operations = _last_operations(shown)
    return BatchPage(
        batches=[(batch, _progress(batch, operations[batch.pk])) for batch in shown],
        number=number,
        next=number + 1 if len(found) > PAGE else 0,
    )


def batch_for_team(*, team: Team, batch_id: UUID) -> Batch | None:
    return Batch.objects.filter(team=team, pk=batch_id).select_related("team").first()


def batch_progress(batch: Batch) -> Progress:
    return _progress(batch, last_operations(batch))


def last_operations(batch: Batch) -> list[Operation]:
    """Return the last operation of each VM, with its row: earlier ones were stopped or failed."""
    return _last_operations([batch])[batch.pk]


def _progress(batch: Batch, operations: list[Operation]) -> Progress:
    kind = kind_named(batch.kind)
    for each in operations:
        taken = each.state == State.SUCCEEDED
        each.is_going_on = taken and kind.stage(each) == Stage.GOING_ON
    return Progress(kind=kind, operations=operations)


def _last_operations(batches: Sequence[Batch]) -> dict[UUID, list[Operation]]:
    last: dict[UUID, dict[str, Operation]] = defaultdict(dict)
    # Secrets stay where they are.
    operations = Operation.objects.filter(batch__in=batches).defer("secret")
    for operation in operations.order_by("created_at", "pk"):
        assert operation.batch_id  # noqa: S101 - for the type checker
        last[operation.batch_id][operation.target_id] = operation
    by_kind: dict[str, list[Operation]] = defaultdict(list)
    for each in last.values():
        for operation in each.values():
            by_kind[operation.target_type].append(operation)
    for of_type in by_kind.values():
        rows = kind_named(of_type[0].kind).rows(of_type)
        for operation in of_type:
            operation.row = rows.get(operation.target_id)
    return defaultdict(list, {pk: list(each.values()) for pk, each in last.items()})


def batch_for_form(*, team: Team, form_key: str) -> Batch | None:
    """Return the batch that a form has made already, if it was sent before."""
    return Batch.objects.filter(team=team, form_key=form_key).first() if form_key else None
