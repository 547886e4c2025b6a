"""What may be asked of VMs: the one door for views, tasks and commands."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import KeyRefused, NotAllowedNow, VMsError
from vms.core.public_keys import key_body
from vms.core.revisions import revision_raise
from vms.models import VM, Attachable, Batch, Operation, SecurityGroup, SSHKey, account_of
from vms.operations.ask import Asked, ask
from vms.operations.gates import account_locked
from vms.operations.once import form_key_of, sent_before
from vms.operations.registry import kind_named
from vms.operations.settling import operation_settle_by_person
from vms.operations.wishes import Asking, Wish
from vms.resource.selectors.of_vm import belongings_of_many
from vms.ssh_key.selectors import ssh_key_known

from .balance import balance_require
from .deployment import Deployment, NewKey, deployment_wishes, first_hour_of
from .kinds import CREATE, RENAME, RESTART, SET_GROUP, TERMINATE
from .kinds.base import VMKind
from .kinds.restart import Restart


def vm_create(
    *, team: Team, actor: Actor, deployment: Deployment, form_key: UUID
) -> list[Operation]:
    """Deploy one VM while the person waits, or up to 100 by the workers.

    `form_key` makes a form that is sent twice one deployment: the second call returns the
    operations of the first. With another name or count it is another deployment: somebody went
    back to the form and changed it.

    Raises:
        PermissionDenied: without vm:create.
        NoAccount: no account, or a read-only key.
        NameTaken: names that are in use, named in the message.
    """
    asking = Asking(
        team=team,
        actor=actor,
        key=_create_key(form_key, deployment.count, deployment.name),
        as_batch=deployment.count > 1,
    )
    return ask(CREATE, deployment_wishes(deployment, team, actor), asking).operations


def vm_create_was_sent(*, team: Team, form_key: UUID, count: int, name: str) -> bool:
    """Whether a form with this key has deployed this already: it is then only to be followed."""
    return bool(sent_before(team, _create_key(form_key, count, name)))


def _create_key(form_key: UUID, count: int, name: str) -> str:
    return form_key_of(form_key, count, name)


def vm_deploy(
    *, team: Team, actor: Actor, deployment: Deployment, new_key: NewKey | None, form_key: UUID
) -> list[Operation]:
    """Register the new key, if there is one, then deploy; returns and raises as `vm_create`, and

    Raises:
        PermissionDenied: without ssh_key:create, where there is a new key.
        KeyRefused: Fluence did not register the key; nothing is deployed.
        VMsError: whether the key is registered is not known; nothing is deployed.
        BalanceTooLow: the balance does not cover the first hour; not even the key is made.
    """
    count, name = deployment.count, deployment.name
    if not vm_create_was_sent(team=team, form_key=form_key, count=count, name=name):
        permission_require(actor=actor, team=team, permission=Permission.VM_CREATE)
        balance_require(account_of(team), first_hour_of(deployment))
    if new_key:
        key = _key_ensure(team, actor, new_key, form_key)
        others = [each for each in deployment.ssh_keys if each != key]
        deployment = replace(deployment, ssh_keys=[*others, key])
    return vm_create(team=team, actor=actor, deployment=deployment, form_key=form_key)


def _key_ensure(team: Team, actor: Actor, new_key: NewKey, form_key: UUID) -> SSHKey:
    """Return the account's key with this key material, registered if need be."""
    text = " ".join(new_key.public_key.split())
    if known := ssh_key_known(team=team, public_key=text):
        return known
    kind, name = kind_named(Action.SSH_KEY_CREATE), new_key.name or actor.name[:100]
    key = form_key_of(form_key, kind.name, name, key_body(text))
    asking = Asking(team=team, actor=actor, key=key)
    operation = ask(kind, [Wish(name, {"public_key": text})], asking).operation
    registered = ssh_key_known(team=team, public_key=text)
    if operation.state == Operation.State.FAILED:
        raise KeyRefused(operation.said or say("key_not_there"))
    if operation.state != Operation.State.SUCCEEDED or registered is None:
        raise VMsError(operation.said or say("key_not_there"), field="new_key")
    return registered


def vm_rename(
    *, vm: VM, actor: Actor, name: str, form_key: UUID | None = None, seen: str = ""
) -> Operation:
    """Rename a VM while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:rename.
        NoAccount: no account, or a read-only key.
        NameTaken: another VM of the account has the name.
        NameChanged: the VM has not the name `seen` any more, which was to be replaced.
        NotAllowedNow: Fluence does not know the VM (yet, or any more), or a rename is under way.
    """
    key = form_key_of(form_key, RENAME.name, vm.pk, name)
    return _ask_now(RENAME, Wish(vm, {"name": name, "seen": seen}), actor, key)


def vm_restart(
    *, vm: VM, actor: Actor, way: Restart = RESTART, form_key: UUID | None = None
) -> Operation:
    """Restart a VM in one of the two ways while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:restart.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: Fluence does not offer it now, or a restart is under way.
    """
    return _ask_now(way, Wish(vm), actor, form_key_of(form_key, way.name, vm.pk))


def vm_terminate(
    *, vm: VM, actor: Actor, delete: Sequence[Attachable] = (), form_key: UUID | None = None
) -> Operation:
    """End a VM for good while the person waits. Its disks and address stay, and go on costing,
    but for those that are to be deleted once it has ended.

    Sent twice, a form asks once.

    Raises:
        PermissionDenied: without vm:terminate, or without leave to delete what is to be deleted.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: the VM has ended or is ending, or Fluence does not know it.
    """
    key = form_key_of(form_key, TERMINATE.name, vm.pk)
    return _ask_now(TERMINATE, Wish(vm, _deleting(delete)), actor, key)


def _deleting(parts: Iterable[Attachable]) -> dict[str, Any]:
    """Return the request to delete what VMs leave, as `Terminate` reads it."""
    asked: dict[str, list[str]] = defaultdict(list)
    for part in parts:
        asked[part.TARGET_TYPE].append(str(part.pk))
    return {"delete": dict(asked)} if asked else {}


def vms_terminate(
    *,
    team: Team,
    actor: Actor,
    vms: Sequence[VM],
    form_key: UUID,
    deletes_rest: bool = False,
) -> Batch:
    """End many VMs for good, by the workers. Those that cannot be ended now are left out.

    With `deletes_rest` each one's disks and address are deleted once it has ended.

    `form_key` makes a form that is sent twice one batch: the second call returns the first's.

    Raises:
        PermissionDenied: without vm:terminate.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: not one of the VMs can be ended.
    """
    parts = belongings_of_many(vms) if deletes_rest else {}
    wishes = [Wish(vm, _deleting(parts[vm].all) if deletes_rest else {}) for vm in vms]
    return _ask_many(TERMINATE, wishes, team, actor, form_key)


def vms_restart(
    *, team: Team, actor: Actor, vms: Iterable[VM], way: Restart, form_key: UUID
) -> Batch:
    """Restart many VMs in one of the two ways; returns and raises as `vms_terminate`."""
    return _ask_many(way, map(Wish, vms), team, actor, form_key)


def vms_rename(*, team: Team, actor: Actor, names: Mapping[UUID, str], form_key: UUID) -> Batch:
    """Give many VMs new names, by id; returns and raises as `vms_terminate`, and

    Raises:
        NameTaken: two of the new names are the same.
    """
    wishes = (Wish(pk, {"name": name}) for pk, name in names.items())
    return _ask_many(RENAME, wishes, team, actor, form_key)


@transaction.atomic
def vm_dismiss(*, vm: VM, actor: Actor) -> None:
    """Take off the list a VM that was never made, is lost, or is of an account that is no longer
    connected. Nothing changes at Fluence.

    Raises:
        PermissionDenied: without vm:create.
        NotAllowedNow: the VM exists, or whether it does is still being looked at.
    """
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_CREATE)
    account_locked(vm.team)
    vm.refresh_from_db(from_queryset=VM.objects.select_for_update(no_key=True))
    if vm.hidden_at:
        return  # a second click
    stuck = vm.operations.filter(needs_attention=True).first()
    if stuck:
        operation_settle_by_person(stuck)
        vm.refresh_from_db()
    elif vm.status not in (statuses.REFUSED, statuses.LOST) and vm.account_id:
        raise NotAllowedNow(say("vm_exists", name=vm.name))
    if vm.remote_id is None or vm.account_id is None or vm.status == statuses.LOST:
        vm.hidden_at = timezone.now()
    vm.said = None
    vm.revision = revision_raise(vm.team_id)
    vm.save(update_fields=["hidden_at", "said", "revision"])
    audit_record(team_id=vm.team_id, actor=actor, action=Action.VM_DISMISS, target=vm.audit_target)


def vm_set_group(
    *,
    vm: VM,
    actor: Actor,
    interface: str,
    group: SecurityGroup | None,
    form_key: UUID | None = None,
) -> Operation:
    """Give an interface of a VM a security group, or none, while the person waits.

    Raises:
        PermissionDenied: without network:change.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: Fluence does not offer it now, or such a change is under way.
    """
    remote_id, name = (group.remote_id, group.name) if group else ("", "")
    key = form_key_of(form_key, SET_GROUP.name, vm.pk, interface, remote_id)
    request = {"interface": interface, "group": remote_id, "group_name": name}
    return _ask_now(SET_GROUP, Wish(vm, request), actor, key)


def _ask_now(kind: VMKind, wish: Wish, actor: Actor, key: str) -> Operation:
    asking = Asking(team=wish.target.team, actor=actor, key=key)
    return ask(kind, [wish], asking).operation


def _ask_many(
    kind: VMKind, wishes: Iterable[Wish], team: Team, actor: Actor, form_key: UUID
) -> Batch:
    asking = Asking(team=team, actor=actor, key=str(form_key), as_batch=True)
    return _batch_of(ask(kind, wishes, asking))


def _batch_of(asked: Asked) -> Batch:
    assert asked.batch  # noqa: S101 - for the type checker: it was asked for as one
    return asked.batch
