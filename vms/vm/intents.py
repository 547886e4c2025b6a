"""What may be asked of a VM now: each checks, and prepares an operation that is not begun yet."""

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import FluenceAccount
from vms.core.errors import NotAllowedNow
from vms.models import VM, Batch, Operation
from vms.models.operation import OPEN_STATES, RESTARTS
from vms.operations.engine import Intent

from .reservation import name_require_unreserved, names_require_free

Kind = Operation.Kind
_RESTARTING = {Kind.VM_SOFT_REBOOT: "softRebooting", Kind.VM_RESTART: "restarting"}


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, of which account, for which batch, and which VMs are busy with the same.

    The account's row is locked, and then `busy` is read before the VMs themselves: what was busy
    shows its outcome by then. That makes the checks hold against a second click.
    """

    actor: Actor
    account: FluenceAccount
    batch: Batch | None = None
    busy: Collection[UUID] = ()
    form_key: str | None = None


def busy_with(kind: str, vm_ids: Collection[UUID]) -> set[UUID]:
    """Return those of the VMs that have an operation of this kind under way."""
    under_way = Operation.objects.filter(vm_id__in=vm_ids, kind=kind, state__in=OPEN_STATES)
    return {vm_id for vm_id in under_way.values_list("vm_id", flat=True) if vm_id}


def terminate_intent(vm: VM, asking: Asking) -> Intent:
    """End a VM for good.

    Raises:
        NotAllowedNow: it has ended or is ending, or Fluence does not know it.
    """
    operation = _prepare(vm, asking, Kind.VM_TERMINATE)
    if vm.status == "terminating":
        raise NotAllowedNow(f"{vm.name} is being terminated already.")
    return Intent(operation, {"status": [vm.status, "terminating"]})


def restart_intent(vm: VM, asking: Asking, kind: Operation.Kind) -> Intent:
    """Restart a VM, or ask its system to reboot: one of RESTARTS.

    Raises:
        NotAllowedNow: Fluence does not offer it in the VM's present status.
    """
    operation = _prepare(vm, asking, kind)
    if not vm.allows(RESTARTS[kind]):
        raise NotAllowedNow(
            f"{vm.name} is {vm.status_label.lower()}: it cannot be restarted in this way now."
        )
    touched = vm.remote_updated_at
    operation.request = {"updated_at": touched.isoformat() if touched else None}
    return Intent(operation, {"status": [vm.status, _RESTARTING[kind]]})


def rename_intent(vm: VM, asking: Asking, name: str) -> Intent:
    """Give a VM another name.

    Raises:
        NotAllowedNow: Fluence does not know the VM (yet, or any more), or a rename is under way.
        NameTaken: another VM of the account has the name, or is being given it.
    """
    operation = _prepare(vm, asking, Kind.VM_RENAME)
    # In this order: a name that was just released by another operation is mirrored by now.
    name_require_unreserved(vm.account_id, name)
    names_require_free(vm.account_id, [name], except_for=vm)
    operation.request = {"name": name}
    operation.reserved_name = name.lower()
    return Intent(operation, {"name": [vm.name, name]})


def _prepare(vm: VM, asking: Asking, kind: Operation.Kind) -> Operation:
    """Prepare an operation on a VM that Fluence knows, unless one like it is under way."""
    if vm.remote_id is None or vm.is_ended:
        raise NotAllowedNow(f"{vm.name} is {vm.status_label.lower()}: this cannot be done to it.")
    if vm.account_id != asking.account.pk:
        raise NotAllowedNow(f"{vm.name} is of a Fluence account that is no longer connected.")
    if vm.pk in asking.busy:
        raise NotAllowedNow(f"{vm.name}: the same was asked a moment ago and is under way.")
    return Operation(
        team_id=vm.team_id,
        account=asking.account,
        kind=kind,
        actor_data=asking.actor.as_json(),
        vm=vm,
        batch=asking.batch,
        target_name=vm.name,
        form_key=asking.form_key,
    )
