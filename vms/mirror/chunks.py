"""Writing Fluence's answers about a chunk of VMs to the mirror: changes, absences, the log."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import Draft, audit_append
from controlpanel.ui.messages import Message, say
from vms.core import statuses
from vms.core.clients import fluence_now
from vms.core.revisions import revision_raise
from vms.models import VM, FluenceAccount, Operation
from vms.models.operation import OPEN_STATES

from .catalogue_rows import catalogue_rows_ensure
from .fields import PLANNED, image_usernames, mirror_changes, mirror_save, mirror_set
from .intervals import next_poll, poll_jitter


@transaction.atomic
def chunk_mirror(
    account: FluenceAccount,
    asked: Sequence[str],
    answers: dict[str, fluence.VM],
    *,
    jitter: float | None = None,
) -> int:
    """Mirror Fluence's answers about VMs; return how many rows changed.

    A VM that is missing from the answers is asked for again: absence proves nothing until it has
    lasted for the grace period. However many VMs there are, it takes the same few statements.
    """
    jitter = jitter or poll_jitter()
    catalogue_rows_ensure(answers.values())
    usernames = image_usernames(answers.values())
    rows = list(
        VM.objects.select_for_update(no_key=True)
        .filter(account=account, remote_id__in=asked)
        .order_by("pk")
    )
    now, differing = timezone.now(), []
    planned: dict[datetime | None, list[UUID]] = defaultdict(list)
    for vm in rows:
        remote = answers.get(vm.remote_id or "")
        if remote is None:
            _absent(vm)
        elif changes := mirror_changes(vm, remote, usernames):
            differing.append((vm, changes))
        elif vm.poll_after or vm.absent_since:
            planned[next_poll(vm, now, jitter=jitter)].append(vm.pk)
    for poll_after, pks in planned.items():
        VM.objects.filter(pk__in=pks).update(poll_after=poll_after, absent_since=None)
    if differing:
        _changes_write(account, differing, jitter)
    return len(differing)


def _changes_write(
    account: FluenceAccount, differing: list[tuple[VM, dict[str, Any]]], jitter: float
) -> None:
    revision = revision_raise(account.team_id)
    fields, drafts = set(PLANNED), list[Draft]()
    for vm, changes in differing:
        before = vm.status, vm.name
        mirror_set(vm, changes, revision=revision, jitter=jitter)
        fields |= changes.keys()
        drafts += _drafts(vm, *before)
    mirror_save([vm for vm, _ in differing], fields)
    if drafts:
        audit_append(account.team_id, drafts)


def vm_change_record(vm: VM, changes: dict[str, Any], *, revision: int) -> None:
    """Write a change seen at Fluence to the mirror; a new status or name also to the log."""
    before = vm.status, vm.name
    mirror_set(vm, changes, revision=revision)
    vm.save()
    if drafts := _drafts(vm, *before):
        audit_append(vm.team_id, drafts)


def _drafts(vm: VM, status: str, name: str) -> list[Draft]:
    """Return what the log is to say of a VM that had this status and name before."""
    drafts = []
    if vm.status != status:
        drafts.append(_status_draft(vm, status))
    if vm.name != name and not _is_being_renamed(vm):
        changes = {"name": [name, vm.name]}
        drafts.append(_draft(vm, Action.VM_DRIFT, changes, say("renamed_outside")))
    return drafts


def _status_draft(vm: VM, before: str) -> Draft:
    """Log a new status: as drift where a VM ends that nobody asked the panel to end."""
    action, message = Action.VM_STATUS, None
    if vm.status in statuses.ENDING and before not in statuses.ENDING and not _was_asked_to_end(vm):
        action, message = Action.VM_DRIFT, say("terminated_outside")
    return _draft(vm, action, {"status": [before, vm.status]}, message)


def _was_asked_to_end(vm: VM) -> bool:
    asked = vm.operations.filter(kind=Action.VM_TERMINATE)
    return asked.exclude(state=Operation.State.FAILED).exists()


def _is_being_renamed(vm: VM) -> bool:
    """Whether an operation of ours is about to report this rename itself."""
    return vm.operations.filter(
        kind=Action.VM_RENAME, state__in=OPEN_STATES, request__name=vm.name
    ).exists()


def _draft(
    vm: VM, action: Action, changes: dict[str, Any], message: Message | None = None
) -> Draft:
    return Draft(FLUENCE, action, vm.audit_target, changes=changes, said=message)


def _absent(vm: VM) -> None:
    now = fluence_now()
    vm.absent_since = vm.absent_since or now
    vm.poll_after = next_poll(vm)
    if now >= vm.absent_since + timedelta(seconds=settings.SETTLE_GRACE_SECONDS):
        vm_lost(vm)
    vm.save()


def vm_lost(vm: VM) -> None:
    """Mark a VM that Fluence no longer knows; the caller saves it."""
    before = vm.status
    vm.status, vm.poll_after, vm.allowed_actions = statuses.LOST, None, []
    vm.said = say("vm_no_longer_listed")
    vm.revision = revision_raise(vm.team_id)
    draft = _draft(vm, Action.VM_DRIFT, {"status": [before, vm.status]}, vm.said)
    audit_append(vm.team_id, [draft])
