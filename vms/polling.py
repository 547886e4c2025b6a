"""Polling: one task per account and cycle asks for all its unsettled VMs, 100 at a time."""

import logging
import time
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import audit_record
from controlpanel.database import DATABASE_TROUBLE
from controlpanel.teams.models import FluenceAccount

from . import statuses
from .clients import client_for, fluence_now
from .health import health_failed, health_ok
from .mirror import (
    EXPAND,
    catalogue_rows_ensure,
    mirror_changes,
    mirror_write,
    next_poll,
    vm_target,
)
from .models import VM, Operation
from .models.operation import OPEN_STATES
from .revisions import revision_raise

logger = logging.getLogger(__name__)
BATCH = 100
ENDING = frozenset({"terminating", "terminated"})
# VMs that are due this soon are asked about now, so that jitter does not multiply the calls.
SOON = timedelta(seconds=1)
# Longer than a cycle of slow calls takes; a worker that dies loses the account to another then.
LEASE = timedelta(seconds=90)
# After an error that is not Fluence's: whatever it is, it must not come round every second.
PAUSE_AFTER_ERROR = timedelta(seconds=30)
# Seconds between tries to reach the database.
DATABASE_PAUSE = 2.0


def accounts_due() -> list[UUID]:
    """Return the accounts that have VMs to ask about now and are not being polled."""
    now = timezone.now()
    due = VM.objects.filter(account=OuterRef("pk"), poll_after__lte=now)
    accounts = FluenceAccount.objects.filter(Exists(due), poll_after__lte=now)
    return list(accounts.exclude(poll_lease_until__gt=now).values_list("pk", flat=True))


def account_poll(account_id: UUID) -> int:
    """Ask Fluence about an account's due VMs; return how many rows changed.

    Only one process polls an account at a time (a lease); a failure pauses this account alone,
    also against polls that were queued before it.
    """
    account = _leased(account_id)
    if account is None:
        return 0
    pause, changed = PAUSE_AFTER_ERROR, 0
    try:
        changed = _poll_due(account)
        pause = timedelta(0)
    except fluence.FluenceError as error:
        pause = health_failed(account, error)
    finally:
        _give_back(account, pause)
    return changed


def _give_back(account: FluenceAccount, pause: timedelta) -> None:
    """Let others poll the account after `pause`.

    A restart of the database is waited out: its lease would keep the account silent for longer.
    """
    held = FluenceAccount.objects.filter(pk=account.pk, poll_lease_until=account.poll_lease_until)
    for is_last in (False, False, True):
        try:
            held.update(poll_lease_until=None, poll_after=timezone.now() + pause)
        except DATABASE_TROUBLE:
            if is_last:
                raise
            connection.close()
            time.sleep(DATABASE_PAUSE)
        else:
            return


def _leased(account_id: UUID) -> FluenceAccount | None:
    """Take the account for this process; None if it is being polled, paused or gone."""
    now = timezone.now()
    free = FluenceAccount.objects.filter(pk=account_id, poll_after__lte=now)
    if free.exclude(poll_lease_until__gt=now).update(poll_lease_until=now + LEASE) != 1:
        return None
    return FluenceAccount.objects.filter(pk=account_id, poll_lease_until=now + LEASE).first()


def _poll_due(account: FluenceAccount) -> int:
    due = VM.objects.filter(
        account=account, poll_after__lte=timezone.now() + SOON, remote_id__isnull=False
    ).order_by("poll_after")
    ids = [remote_id for remote_id in due.values_list("remote_id", flat=True) if remote_id]
    changed = 0
    for start in range(0, len(ids), BATCH):
        batch = ids[start : start + BATCH]
        page = client_for(account).vms.list(ids=batch, expand=EXPAND, per_page=BATCH)
        changed += batch_settle(account, batch, {vm.id: vm for vm in page.items})
        health_ok(account)
    return changed


@transaction.atomic
def batch_settle(account: FluenceAccount, asked: list[str], answers: dict[str, fluence.VM]) -> int:
    """Mirror Fluence's answers about VMs; return how many rows changed.

    A VM that is missing from the answer is asked for again: absence proves nothing until it has
    lasted for the grace period.
    """
    catalogue_rows_ensure(answers.values())
    rows = list(
        VM.objects.select_for_update().filter(account=account, remote_id__in=asked).order_by("pk")
    )
    differing, unchanged = [], []
    for vm in rows:
        remote = answers.get(vm.remote_id or "")
        if remote is None:
            _absent(vm)
        elif changes := mirror_changes(vm, remote):
            differing.append((vm, changes))
        elif vm.poll_after or vm.absent_since:
            vm.poll_after, vm.absent_since = next_poll(vm), None
            unchanged.append(vm)
    VM.objects.bulk_update(unchanged, ["poll_after", "absent_since"])
    if differing:
        revision = revision_raise(account.team_id)
        for vm, changes in differing:
            vm_change_record(vm, changes, revision=revision)
    return len(differing)


def vm_change_record(vm: VM, changes: dict[str, Any], *, revision: int) -> None:
    """Write a change seen at Fluence to the mirror; a new status or name also to the log."""
    status, name = vm.status, vm.name
    mirror_write(vm, changes, revision=revision)
    if vm.status != status:
        _status_record(vm, status)
    if vm.name != name and not _is_being_renamed(vm):
        _record(vm, Action.VM_DRIFT, {"name": [name, vm.name]}, "Renamed outside the panel.")


def _status_record(vm: VM, before: str) -> None:
    """Log a new status: as drift where a VM ends that nobody asked the panel to end."""
    action, message = Action.VM_STATUS, ""
    if vm.status in ENDING and before not in ENDING and not _was_asked_to_end(vm):
        action, message = Action.VM_DRIFT, "Terminated outside the panel, or by Fluence itself."
    _record(vm, action, {"status": [before, vm.status]}, message)


def _was_asked_to_end(vm: VM) -> bool:
    asked = vm.operations.filter(kind=Operation.Kind.VM_TERMINATE)
    return asked.exclude(state=Operation.State.FAILED).exists()


def _is_being_renamed(vm: VM) -> bool:
    """Whether an operation of ours is about to report this rename itself."""
    return vm.operations.filter(
        kind=Operation.Kind.VM_RENAME, state__in=OPEN_STATES, request__name=vm.name
    ).exists()


def _record(vm: VM, action: Action, changes: dict[str, Any], message: str = "") -> None:
    audit_record(
        team_id=vm.team_id,
        actor=FLUENCE,
        action=action,
        target=vm_target(vm),
        changes=changes,
        message=message,
    )


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
    vm.problem = "Fluence no longer lists this VM. It was removed outside the panel."
    vm.revision = revision_raise(vm.team_id)
    _record(vm, Action.VM_DRIFT, {"status": [before, vm.status]}, vm.problem)
