"""Reconcile: compare all of an account with Fluence's lists, and record each difference."""

from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from controlpanel.live.publish import read_publish
from vms.core import statuses
from vms.core.clients import fluence_now
from vms.models import VM, FluenceAccount, SSHKey

from .account import account_lock
from .balance import balance_read
from .charges import charges_read
from .chunks import chunk_mirror
from .fields import EXPAND
from .health import health_failed, health_ok
from .let_go import vms_let_go
from .missing import vm_lost
from .polling import CHUNK
from .reading import Reading
from .resources import resources_read
from .ssh_keys import ssh_keys_write
from .strangers import strangers_take_in
from .top_ups import top_ups_read
from .unreadable import unreadable_add, unreadable_keep

EVERY = timedelta(minutes=2)


def accounts_due() -> list[UUID]:
    """Claim and return the accounts whose reconcile is due; each is claimed by one caller."""
    now = timezone.now()
    due = FluenceAccount.objects.filter(reconcile_after__lte=now).values_list("pk", flat=True)
    claimable = FluenceAccount.objects.filter(reconcile_after__lte=now)
    return [pk for pk in due if claimable.filter(pk=pk).update(reconcile_after=now + EVERY)]


def account_reconcile(account_id: UUID) -> None:
    """Read the account's balance, SSH keys, VMs, disks, addresses and networks; write the mirror.

    A failure pauses this account alone, and shows on its team's pages. Now and then charges and
    top-ups are read as well, after all that pages wait for.
    """
    account = FluenceAccount.objects.select_related("team").filter(pk=account_id).first()
    if account is None:
        return  # disconnected meanwhile
    reading = Reading(account)
    try:
        balance_read(reading)
        _ssh_keys_read(reading)
        _vms_read(reading)
        resources_read(reading)
    except fluence.FluenceError as error:
        unreadable_add(account, reading.unreadable)
        pause = health_failed(account, error)
        after = timezone.now() + max(pause, timedelta(seconds=15))
        FluenceAccount.objects.filter(pk=account_id).update(reconcile_after=after)
        return
    unreadable_keep(account, reading.unreadable)
    health_ok(account)
    now = timezone.now()
    FluenceAccount.objects.filter(pk=account_id).update(reconciled_at=now, vms_read_at=now)
    read_publish(account.team_id, now)
    top_ups_read(account)
    charges_read(account)


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
        strangers_take_in(account, strangers)


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
    vms_let_go([vm])


def newest_compare(account: FluenceAccount, newest: Iterable[fluence.VM]) -> None:
    """Mirror the newest VMs of an account, and take in those that were made outside the panel."""
    _chunk_compare(account, {remote.id: remote for remote in newest})
