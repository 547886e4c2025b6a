"""Reconcile: compare all of an account with Fluence's lists, and record each difference."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import audit_record
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.clients import fluence_now
from vms.core.revisions import revision_raise
from vms.models import VM, FluenceAccount, SSHKey

from .account import account_lock, names_being_made
from .catalogue_rows import catalogue_rows_ensure
from .chunks import chunk_mirror, vm_change_record
from .fields import EXPAND, mirror_changes, mirror_write
from .health import health_failed, health_ok
from .left_over import left_overs_read
from .missing import vm_lost
from .polling import CHUNK
from .reading import Reading
from .ssh_keys import ssh_keys_write
from .unreadable import unreadable_add, unreadable_keep

EVERY = timedelta(minutes=2)


def accounts_due() -> list[UUID]:
    """Claim and return the accounts whose reconcile is due; each is claimed by one caller."""
    now = timezone.now()
    due = FluenceAccount.objects.filter(reconcile_after__lte=now).values_list("pk", flat=True)
    claimable = FluenceAccount.objects.filter(reconcile_after__lte=now)
    return [pk for pk in due if claimable.filter(pk=pk).update(reconcile_after=now + EVERY)]


def account_reconcile(account_id: UUID) -> None:
    """Read the account's balance, SSH keys, VMs and what is left over; write the mirror.

    A failure pauses this account alone, and shows on its team's pages.
    """
    account = FluenceAccount.objects.select_related("team").filter(pk=account_id).first()
    if account is None:
        return  # disconnected meanwhile
    reading = Reading(account)
    try:
        _balance_read(reading)
        _ssh_keys_read(reading)
        _vms_read(reading)
        left_overs_read(reading)
    except fluence.FluenceError as error:
        unreadable_add(account, reading.unreadable)
        pause = health_failed(account, error)
        after = timezone.now() + max(pause, timedelta(seconds=15))
        FluenceAccount.objects.filter(pk=account_id).update(reconcile_after=after)
        return
    unreadable_keep(account, reading.unreadable)
    health_ok(account)
    FluenceAccount.objects.filter(pk=account_id).update(reconciled_at=timezone.now())


def _balance_read(reading: Reading) -> None:
    """Mirror the balance, the first of those there are.

    A key whose scopes leave it out is no failure.
    """
    try:
        balances = reading.client.account.balances()
    except fluence.Forbidden:
        return
    if balances and not reading.of(fluence.Entitlement):
        days = balances[0].usage_days_left
        FluenceAccount.objects.filter(pk=reading.account.pk).update(
            balance=balances[0].balance,
            balance_days_left=None if days is None else max(days, 0),
            balance_at=timezone.now(),
        )


def _ssh_keys_read(reading: Reading) -> None:
    """Mirror the account's keys. A key whose scopes leave them out is no failure."""
    try:
        keys = list(reading.client.ssh_keys.iterate())
    except fluence.Forbidden:
        return
    account = reading.account
    with transaction.atomic():
        if account_lock(account):
            known = SSHKey.objects.filter(account=account).values_list("remote_id", flat=True)
            gone = reading.gone(fluence.SSHKey, known, (key.id for key in keys))
            if gone:
                SSHKey.objects.filter(account=account, remote_id__in=gone).delete()
            ssh_keys_write(account.pk, keys)


def _vms_read(reading: Reading) -> None:
    """Mirror every VM that Fluence lists, and then those it should list but does not."""
    account = reading.account
    began = fluence_now()
    seen: set[str] = set()
    for remotes in _chunks(reading.client.vms.iterate(expand=EXPAND)):
        answers = {remote.id: remote for remote in remotes}
        seen |= answers.keys()
        _chunk_compare(account, answers)
    missing = VM.objects.filter(account=account, remote_id__isnull=False, created_at__lt=began)
    expected = missing.exclude(status__in=statuses.ENDED).values_list("remote_id", "pk")
    rows = {remote_id: pk for remote_id, pk in expected if remote_id}
    for remote_id in reading.gone(fluence.VM, rows, seen):
        _vm_missing(rows[remote_id])


def _chunks(remotes: Iterable[fluence.VM]) -> Iterator[list[fluence.VM]]:
    rest = iter(remotes)
    while chunk := list(islice(rest, CHUNK)):
        yield chunk


def _chunk_compare(account: FluenceAccount, answers: dict[str, fluence.VM]) -> None:
    mirrored = VM.objects.filter(account=account, remote_id__in=answers)
    known = set(mirrored.values_list("remote_id", flat=True))
    ours = {pk: remote for pk, remote in answers.items() if pk in known}
    chunk_mirror(account, list(ours), ours)
    strangers = [remote for pk, remote in answers.items() if pk not in known]
    if strangers:
        _strangers_take_in(account, strangers)


@transaction.atomic
def _strangers_take_in(account: FluenceAccount, strangers: list[fluence.VM]) -> None:
    """Make rows for VMs that have none: they were made outside the panel.

    One that an open operation may be making is left to that operation. These are read first: one
    that ended just before has its VM in the mirror by the time that is read.
    """
    if not account_lock(account):
        return
    being_made = names_being_made(account)
    ids = [remote.id for remote in strangers]
    mirrored = set(
        VM.objects.filter(account=account, remote_id__in=ids).values_list("remote_id", flat=True)
    )
    left_over = {
        vm.remote_id: vm
        for vm in VM.objects.select_for_update(no_key=True).filter(
            team=account.team, account=None, remote_id__in=ids
        )
    }
    catalogue_rows_ensure(strangers)
    for remote in strangers:
        if remote.id in mirrored or remote.name in being_made:
            continue
        if vm := left_over.get(remote.id):
            _vm_reclaim(account, vm, remote)
        elif statuses.canonical(remote.status) != statuses.TERMINATED:
            _vm_import(account, remote)


def _vm_reclaim(account: FluenceAccount, vm: VM, remote: fluence.VM) -> None:
    """Take up a VM again that was left over when the account was disconnected."""
    vm.account = account
    vm_change_record(vm, mirror_changes(vm, remote), revision=revision_raise(account.team_id))


def _vm_import(account: FluenceAccount, remote: fluence.VM) -> None:
    revision = revision_raise(account.team_id)
    vm = VM(
        team=account.team,
        account=account,
        cluster_id=remote.cluster_id,
        configuration_id=remote.configuration_id,
        revision_created=revision,
    )
    mirror_write(vm, mirror_changes(vm, remote), revision=revision)
    audit_record(
        team_id=account.team_id,
        actor=FLUENCE,
        action=Action.VM_DRIFT,
        target=vm.audit_target,
        changes={"status": [None, vm.status]},
        said=say("made_outside"),
    )


@transaction.atomic
def _vm_missing(vm_id: UUID) -> None:
    vm = VM.objects.select_for_update(no_key=True).get(pk=vm_id)
    if vm.is_ended or vm.account_id is None:
        return  # it ended, or the account was disconnected, while the list was read
    now = fluence_now()
    vm.absent_since = vm.absent_since or now
    if now >= vm.absent_since + timedelta(seconds=settings.SETTLE_GRACE_SECONDS):
        vm_lost(vm)
    vm.save()
