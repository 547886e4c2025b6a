"""A create that Fluence never showed: what a person says of it, having looked there.

Locks in the order that all keep: account, operation, VM, team.
"""

from functools import partial

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.models import VM, Operation
from vms.operations.clock import asked_since
from vms.operations.gates import account_locked
from vms.operations.settling import operation_settle_by_person
from vms.operations.transitions import operation_done_after_all

from .kinds import CREATE

# What stays the row's own when it takes over what another shows.
OWN = frozenset({"id", "team", "account", "created_by_name", "hidden_at", "revision_created"})
MOST_FOUND = 50


def unseen_create(vm: VM) -> Operation | None:
    """Return the create of the VM that waits for a person, if it does."""
    if vm.remote_id is not None:
        return None
    return vm.operations.filter(kind=CREATE.name, needs_attention=True).first()


def vms_it_may_be(operation: Operation) -> QuerySet[VM]:
    """Return the account's VMs that no create of the panel's has made, and that are no older."""
    return VM.objects.filter(
        account_id=operation.account_id,
        account__isnull=False,
        remote_id__isnull=False,
        hidden_at__isnull=True,
        created_by_name="",
        created_at__gte=asked_since(operation),
    ).order_by("name", "pk")


@transaction.atomic
def vm_not_there(*, vm: VM, actor: Actor) -> None:
    """Close a create whose VM a person has looked for at Fluence in vain; it can be asked again.

    Raises:
        PermissionDenied: without vm:create.
        NotAllowedNow: it does not wait for a person (any more).
    """
    operation = _waiting(vm, actor)
    operation_settle_by_person(operation, "not_there")
    _record(vm, actor, "not_there")


@transaction.atomic
def vm_is(*, vm: VM, found: VM, actor: Actor) -> None:
    """Give the row of a create the VM that a person says it made; that VM's own row goes.

    Raises:
        PermissionDenied: without vm:create.
        NotAllowedNow: it does not wait for a person (any more), or `found` cannot be it.
    """
    operation = _waiting(vm, actor)
    locked = vms_it_may_be(operation).select_for_update(no_key=True).filter(pk=found.pk).first()
    if locked is None:
        raise NotAllowedNow(say("cannot_be_it", name=vm.name))
    operation_done_after_all(operation, partial(_take_over, vm, locked))
    _record(vm, actor, "this_is_it", found)


def _waiting(vm: VM, actor: Actor) -> Operation:
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_CREATE)
    account_locked(vm.team)
    operation = unseen_create(vm)
    if operation is None:
        raise NotAllowedNow(say("vm_not_waiting", name=vm.name))
    return operation


def _take_over(vm: VM, found: VM) -> None:
    """Move what the mirror shows from one row to the other, which is left as a hidden one."""
    vm.refresh_from_db(from_queryset=VM.objects.select_for_update(no_key=True))
    mirrored = {
        field.attname: getattr(found, field.attname)
        for field in VM._meta.concrete_fields
        if field.name not in OWN
    }
    revision = revision_raise(vm.team_id)
    found.remote_id = found.poll_after = None
    found.status, found.said = statuses.LOST, say("joined_to", name=vm.name)
    found.hidden_at, found.revision = timezone.now(), revision
    found.save()
    for name, value in mirrored.items():
        setattr(vm, name, value)
    vm.revision = revision
    vm.save()


def _record(vm: VM, actor: Actor, code: str, found: VM | None = None) -> None:
    audit_record(
        team_id=vm.team_id,
        actor=actor,
        action=Action.VM_SETTLE,
        target=vm.audit_target,
        changes={"vm": [None, found.name]} if found else {},
        said=say(code),
    )
