"""Joining what appears at Fluence to the create that made it after all, however late that is."""

from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from vms.mirror.resource_fields import Mirrored, Remote
from vms.models import FluenceAccount, Operation
from vms.operations.clock import asked_since
from vms.operations.registry import kind_named
from vms.operations.transitions import operation_done_after_all

from .kinds.create import CreateResource

State = Operation.State
# Fluence makes it within this time of the call, or not for it, whenever its lists show it.
LATEST = timedelta(minutes=15)


def resources_join(
    account: FluenceAccount, mirrored: Mirrored, strangers: Sequence[Remote]
) -> set[str]:
    """Join each that alone may be what a create made to the latest such; return their ids."""
    kind = kind_named(f"{mirrored.model.TARGET_TYPE}.create")
    assert isinstance(kind, CreateResource)  # noqa: S101 - for the type checker
    joined = set[str]()
    for operation in _creates_without_a_row(account, kind, [each.name for each in strangers]):
        made = [each for each in strangers if _may_be_its(kind, each, operation)]
        if len(made) == 1 and made[0].id not in joined:
            mirror = partial(kind.apply, operation, made[0])
            if operation_done_after_all(operation, mirror):
                joined.add(made[0].id)
    return joined


def _creates_without_a_row(
    account: FluenceAccount, kind: CreateResource, names: list[str]
) -> list[Operation]:
    """Return the creates that were sent, and wait for a person or count as not done."""
    creates = Operation.objects.filter(
        account=account, kind=kind.name, target_name__in=names, sent_at__isnull=False
    ).order_by("-created_at")
    waiting = [each for each in creates if each.state == State.FAILED or each.needs_attention]
    rows = kind.rows(waiting)
    return [each for each in waiting if each.target_id in rows]


def _may_be_its(kind: CreateResource, remote: Remote, operation: Operation) -> bool:
    if remote.name != operation.target_name or not kind.may_be_it(remote, operation):
        return False
    made_at = getattr(remote, "created_at", None)
    sent_at = operation.sent_at_fluence or operation.sent_at or operation.created_at
    return made_at is None or asked_since(operation) <= made_at <= sent_at + LATEST
