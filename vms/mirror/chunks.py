"""Writing Fluence's answers about a chunk of VMs to the mirror."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.services import Draft, audit_append
from vms.core.revisions import revision_raise
from vms.models import VM, FluenceAccount

from .catalogue_rows import catalogue_rows_ensure
from .drafts import change_drafts
from .fields import PLANNED, image_usernames, mirror_changes, mirror_save, mirror_set, mirror_write
from .intervals import next_poll, poll_jitter
from .let_go import vms_let_go
from .missing import vm_missing
from .parts import vm_parts_insert


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
    now, differing, told = timezone.now(), [], list[tuple[VM, fluence.VM]]()
    planned: dict[datetime | None, list[UUID]] = defaultdict(list)
    for vm in rows:
        remote = answers.get(vm.remote_id or "")
        if remote is None:
            vm_missing(vm)
        elif changes := mirror_changes(vm, remote, usernames):
            differing.append((vm, changes))
            told.append((vm, remote))
        elif vm.poll_after or vm.absent_since:
            planned[next_poll(vm, now, jitter=jitter)].append(vm.pk)
    for poll_after, pks in planned.items():
        VM.objects.filter(pk__in=pks).update(poll_after=poll_after, absent_since=None)
    if differing:
        _changes_write(account, differing, jitter)
        vm_parts_insert(account, told)
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
        drafts += change_drafts(vm, *before)
    mirror_save([vm for vm, _ in differing], fields)
    vms_let_go(vm for vm, _ in differing)
    if drafts:
        audit_append(account.team_id, drafts)


def vm_change_record(vm: VM, changes: dict[str, Any], *, revision: int) -> None:
    """Write a change seen at Fluence to the mirror; a new status or name also to the log."""
    before = vm.status, vm.name
    mirror_write(vm, changes, revision=revision)
    if drafts := change_drafts(vm, *before):
        audit_append(vm.team_id, drafts)
