"""What is about to be asked of many VMs: those that it can be asked of, and those it cannot."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from uuid import UUID

from controlpanel.teams.models import Team
from vms.models import VM
from vms.vm.kinds.restart import RESTARTS, Restart

from .detail import vms_for_team


@dataclass(frozen=True, slots=True)
class Ending:
    """VMs that a person wants to end at once: those that can be, and those that cannot now."""

    vms: list[VM]
    left_out: list[VM]

    @property
    def saves_hour(self) -> Decimal:
        """USD per hour of the VMs alone."""
        return sum((vm.price_vm_hour or Decimal(0) for vm in self.vms), Decimal(0))

    @property
    def stays_hour(self) -> Decimal:
        """USD per hour of the disks and addresses that are not deleted with them."""
        return sum((vm.remaining_price_hour for vm in self.vms), Decimal(0))

    @property
    def addresses(self) -> int:
        return sum(bool(vm.public_ip) for vm in self.vms)


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
    def ways(self) -> list[Restart]:
        return restart_ways(self.vms)


def restart_ways(vms: Iterable[VM]) -> list[Restart]:
    """Return the ways to restart that Fluence offers now for at least one of the VMs."""
    offered = {action for vm in vms for action in vm.allowed_actions}
    return [way for way in RESTARTS.values() if way.allowed_as in offered]


def restarting_of(*, team: Team, vm_ids: list[UUID]) -> Restarting:
    chosen = vms_for_team(team=team, vm_ids=vm_ids)
    return Restarting(
        vms=[vm for vm in chosen if vm.is_restartable],
        left_out=[vm for vm in chosen if not vm.is_restartable],
    )
