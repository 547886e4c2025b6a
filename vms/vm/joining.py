"""Joining a VM that appears to the create that made it after all, however late that is.

Fluence may refuse a create and make the VM all the same, and its lists may lag behind for longer
than an operation is looked for. Such a VM belongs to the row that its create has.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from controlpanel.fluence import VM as RemoteVM
from vms.models import VM, FluenceAccount, Operation
from vms.operations.clock import asked_since
from vms.operations.transitions import operation_done_after_all

from .kinds import CREATE
from .kinds.create import is_as_asked

State = Operation.State
# Fluence makes a VM within this time of the call, or not for it, whenever its lists show it.
LATEST = timedelta(minutes=15)


def creates_join(account: FluenceAccount, strangers: Sequence[RemoteVM]) -> set[str]:
    """Join each VM that alone may be what a create made to the latest such; return their ids."""
    by_name = defaultdict(list)
    for vm in strangers:
        by_name[vm.name].append(vm)
    joined = set[str]()
    for operation in reversed(_creates_without_a_vm(account, list(by_name))):
        made = [vm for vm in by_name[operation.target_name] if _may_be_its(vm, operation)]
        if len(made) == 1 and made[0].id not in joined:
            mirror = partial(CREATE.apply, operation, made[0])
            if operation_done_after_all(operation, mirror):
                joined.add(made[0].id)
    return joined


def _creates_without_a_vm(account: FluenceAccount, names: list[str]) -> list[Operation]:
    """Return the creates that were sent, have no VM, and wait for a person or count as not done.

    Of each row the latest: what was asked again is answered for by that.
    """
    creates = Operation.objects.filter(
        account=account, kind=CREATE.name, target_name__in=names
    ).order_by("created_at")
    latest = {each.target_id: each for each in creates}
    waiting = [each for each in latest.values() if each.sent_at and _is_over(each)]
    rows = VM.objects.filter(pk__in=[each.target_id for each in waiting], remote_id__isnull=True)
    by_id = {vm.target_id: vm for vm in rows}
    for operation in waiting:
        operation.row = by_id.get(operation.target_id)
    return [each for each in waiting if each.row]


def _is_over(operation: Operation) -> bool:
    return operation.state == State.FAILED or operation.needs_attention


def _may_be_its(vm: RemoteVM, operation: Operation) -> bool:
    sent_at = operation.sent_at_fluence or operation.sent_at or operation.created_at
    is_of_its_time = asked_since(operation) <= vm.created_at <= sent_at + LATEST
    return is_of_its_time and is_as_asked(vm, operation)
