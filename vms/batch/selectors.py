"""What the pages of batches read: what is about to be asked of many VMs, and how it stands."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from controlpanel.teams.models import Team
from vms.models import VM, Batch, Operation
from vms.models.operation import RESTARTS
from vms.vm.selectors import vms_for_team

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
    """Return the last operation of each VM: earlier ones were stopped or failed before it."""
    last: dict[UUID | None, Operation] = {}
    for operation in batch.operations.select_related("vm").order_by("created_at", "pk"):
        last[operation.vm_id] = operation
    return list(last.values())


@dataclass(frozen=True, slots=True)
class Ending:
    """VMs that a person wants to end at once: those that can be, and those that cannot now."""

    vms: list[VM]
    left_out: list[VM]

    @property
    def saves_hour(self) -> Decimal:
        """USD per hour of the VMs alone."""
        return self._costs_hour - self.stays_hour

    @property
    def stays_hour(self) -> Decimal:
        """USD per hour of the disks and addresses that are not deleted with them."""
        return sum((vm.remaining_price_hour for vm in self.vms), Decimal(0))

    @property
    def addresses(self) -> int:
        return sum(bool(vm.public_ip) for vm in self.vms)

    @property
    def _costs_hour(self) -> Decimal:
        return sum((vm.price_hour or Decimal(0) for vm in self.vms), Decimal(0))


def ending_of(*, team: Team, vm_ids: list[UUID]) -> Ending:
    chosen = vms_for_team(team=team, vm_ids=vm_ids)
    return Ending(
        vms=[vm for vm in chosen if vm.is_terminable],
        left_out=[vm for vm in chosen if not vm.is_terminable],
    )


@dataclass(frozen=True, slots=True)
class Restarting:
    """VMs that a person wants to restart at once: those that can be, and those that cannot now."""

    vms: list[VM]
    left_out: list[VM]

    @property
    def kinds(self) -> set[Operation.Kind]:
        return restart_kinds(self.vms)


def restart_kinds(vms: Iterable[VM]) -> set[Operation.Kind]:
    """Return the ways to restart that Fluence offers now for at least one of the VMs."""
    offered = {action for vm in vms for action in vm.allowed_actions}
    return {Operation.Kind(kind) for kind, action in RESTARTS.items() if action in offered}


def restarting_of(*, team: Team, vm_ids: list[UUID]) -> Restarting:
    chosen = vms_for_team(team=team, vm_ids=vm_ids)
    return Restarting(
        vms=[vm for vm in chosen if vm.is_restartable],
        left_out=[vm for vm in chosen if not vm.is_restartable],
    )


def batch_for_form(*, team: Team, form_key: str) -> Batch | None:
    """Return the batch that a form has made already, if it was sent before."""
    return Batch.objects.filter(team=team, form_key=form_key).first() if form_key else None
