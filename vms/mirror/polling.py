"""Polling: one task per account and cycle asks for all its unsettled VMs, 100 at a time."""

import logging
import time
from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from functools import partial
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from controlpanel import fluence
from controlpanel.lib.database import DATABASE_TROUBLE
from vms.core.clients import fluence_now, poll_client_for
from vms.models import VM, FluenceAccount

from .chunks import chunk_mirror
from .fields import EXPAND
from .health import health_failed, health_ok
from .intervals import LONGEST, poll_interval, poll_jitter
from .unreadable import unreadable_add

logger = logging.getLogger(__name__)
CHUNK = 100
# VMs that are due this soon are asked about now, so that they do not cost a call of their own.
SOON = timedelta(seconds=1)
# How long a poll may wait for a worker before it is sent again.
IN_QUEUE = timedelta(seconds=15)
# Longer than one slow call takes; a worker that dies loses the account to another then.
LEASE = timedelta(seconds=60)
# After an error that is not Fluence's: whatever it is, it must not come round every second.
PAUSE_AFTER_ERROR = timedelta(seconds=30)
# Seconds between tries to reach the database.
DATABASE_PAUSE = 2.0
MOMENTS = ("created_at", "remote_updated_at")
DUE_FIELDS = ("remote_id", "poll_after", *MOMENTS)
# What the mirror last made of each VM, for this process: account -> VM -> (answer, revision).
_known: dict[UUID, dict[str, tuple[int, int]]] = {}


def answers_forget() -> None:
    """Forget what accounts answered that are gone, or that have no VM to ask about any more."""
    polled = FluenceAccount.objects.filter(pk__in=list(_known), vms__poll_after__isnull=False)
    for pk in _known.keys() - set(polled.values_list("pk", flat=True)):
        _known.pop(pk, None)


def accounts_due() -> list[UUID]:
    """Return the accounts that have VMs to ask about now and are not being polled, and that are
    not in the queue for it. The one that has waited longest comes first.
    """
    now = timezone.now()
    due = VM.objects.filter(account=OuterRef("pk"), poll_after__lte=now)
    accounts = FluenceAccount.objects.filter(Exists(due), poll_after__lte=now)
    longest = Subquery(due.order_by("poll_after").values("poll_after")[:1])
    waiting = accounts.exclude(poll_lease_until__gt=now).order_by(longest)
    return list(waiting.values_list("pk", flat=True))


def accounts_claim() -> tuple[list[UUID], datetime]:
    """Take the accounts that are due, for one task each; return them and the claim they carry.

    However often beat comes round, and however many beats there are, an account is in the queue
    once. A claim that is not taken up in time lapses, for the queue may have lost it.
    """
    now = timezone.now()
    claim, due = now + IN_QUEUE, accounts_due()
    free = FluenceAccount.objects.filter(pk__in=due).exclude(poll_lease_until__gt=now)
    free.update(poll_lease_until=claim)
    ours = FluenceAccount.objects.filter(pk__in=due, poll_lease_until=claim)
    taken = set(ours.values_list("pk", flat=True))
    return [pk for pk in due if pk in taken], claim


def account_poll(account_id: UUID, claim: datetime | None = None) -> int:
    """Ask Fluence about an account's due VMs; return how many rows changed.

    Only one process polls an account at a time (a lease, or the claim that beat took for it); a
    failure pauses this account alone, also against polls that were queued before it.
    """
    account = _leased(account_id, claim)
    if account is None:
        return 0
    pause, changed = PAUSE_AFTER_ERROR, 0
    try:
        for chunk in _chunks_due(account):
            changed += _chunk_poll(account, chunk)
            if not _lease_renewed(account):
                break
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
    for is_last in (False, False, True):
        try:
            _held(account).update(poll_lease_until=None, poll_after=timezone.now() + pause)
        except DATABASE_TROUBLE:
            if is_last:
                raise
            connection.close()
            time.sleep(DATABASE_PAUSE)
        else:
            return


def _leased(account_id: UUID, claim: datetime | None) -> FluenceAccount | None:
    """Take the account for this process; None if it is being polled, paused or gone."""
    now = timezone.now()
    free = FluenceAccount.objects.filter(pk=account_id, poll_after__lte=now)
    ours = Q(poll_lease_until=claim) if claim else ~Q(poll_lease_until__gt=now)
    free = free.filter(ours)
    if free.update(poll_lease_until=now + LEASE) != 1:
        return None
    return FluenceAccount.objects.filter(pk=account_id, poll_lease_until=now + LEASE).first()


def _lease_renewed(account: FluenceAccount) -> bool:
    """Hold the account for the next call too; false if it was lost to another process."""
    until = timezone.now() + LEASE
    if _held(account).update(poll_lease_until=until) != 1:
        return False
    account.poll_lease_until = until
    return True


def _held(account: FluenceAccount) -> QuerySet[FluenceAccount]:
    """The lease's time is also the proof of holding it."""
    return FluenceAccount.objects.filter(pk=account.pk, poll_lease_until=account.poll_lease_until)


def _chunks_due(account: FluenceAccount) -> Iterator[list[str]]:
    """Yield the ids of the VMs that are due, 100 at a time.

    A call costs the same for 100 VMs as for one. So the last is filled up with those whose turn
    comes within a quarter of their pause: VMs of a key that drift apart are brought together, and
    its calls do not become more.
    """
    now = timezone.now()
    rows = VM.objects.filter(account=account, poll_after__lte=now + max(SOON, LONGEST / 4))
    due: list[str] = []
    for remote_id, poll_after, *moments in (
        rows.filter(remote_id__isnull=False).order_by("poll_after").values_list(*DUE_FIELDS)
    ):
        if poll_after <= now or (
            len(due) % CHUNK and poll_after <= now + max(SOON, _pause(*moments) / 4)
        ):
            due.append(remote_id)
    for start in range(0, len(due), CHUNK):
        yield due[start : start + CHUNK]


def _pause(created_at: datetime, updated_at: datetime | None) -> timedelta:
    return poll_interval(fluence_now() - max(created_at, updated_at or created_at))


def _chunk_poll(account: FluenceAccount, asked: list[str]) -> int:
    """Ask about up to 100 VMs; read and mirror those whose answer is not as it was."""
    unreadable: list[fluence.Unreadable] = []
    vms = poll_client_for(account).vms.leaving_out(unreadable)
    found = {glance.id: glance for glance in vms.glance(ids=asked, expand=EXPAND)}
    changed = _glances_mirror(account, asked, found, unreadable)
    unreadable_add(account, unreadable)
    health_ok(account)
    return changed


@transaction.atomic
def _glances_mirror(
    account: FluenceAccount,
    asked: list[str],
    glances: dict[str, fluence.Glance[fluence.VM]],
    unreadable: list[fluence.Unreadable],
) -> int:
    """Mirror what differs. Of the rest, whose row is as this process left it, only plan the next
    poll: most answers say nothing new, and reading one costs more than all else.
    """
    known = _known.setdefault(account.pk, {})
    now, jitter = timezone.now(), poll_jitter()
    rows = VM.objects.select_for_update(no_key=True).filter(account=account, remote_id__in=asked)
    fresh: list[str] = []
    same: dict[timedelta, list[UUID]] = defaultdict(list)
    for pk, remote_id, revision, absent_since, *moments in rows.order_by("pk").values_list(
        "pk", "remote_id", "revision", "absent_since", *MOMENTS
    ):
        glance = glances.get(remote_id)
        if glance and not absent_since and known.get(remote_id) == (glance.digest, revision):
            same[_pause(*moments)].append(pk)
        else:
            fresh.append(remote_id)
    for pause, pks in same.items():
        VM.objects.filter(pk__in=pks).update(poll_after=now + pause * jitter)
    if not fresh:
        return 0
    answers = _answers(fresh, glances, unreadable)
    if kept := _as_last_seen(fresh, answers, glances, unreadable):
        rows.filter(remote_id__in=kept).update(poll_after=now + LONGEST * jitter, absent_since=None)
        fresh = [pk for pk in fresh if pk not in kept]
    changed = chunk_mirror(account, fresh, answers, jitter=jitter)
    unsettled = rows.filter(remote_id__in=answers, poll_after__isnull=False)
    left = {
        pk: (glances[pk].digest, revision)
        for pk, revision in unsettled.values_list("remote_id", "revision")
        if pk
    }
    transaction.on_commit(partial(_remember, known, fresh, left))
    return changed


def _remember(
    known: dict[str, tuple[int, int]], fresh: list[str], left: dict[str, tuple[int, int]]
) -> None:
    for pk in fresh:
        known.pop(pk, None)
    known.update(left)


def _answers(
    fresh: list[str],
    glances: dict[str, fluence.Glance[fluence.VM]],
    unreadable: list[fluence.Unreadable],
) -> dict[str, fluence.VM]:
    """Read those that are there, each alone."""
    answers = {}
    for pk in fresh:
        if glance := glances.get(pk):
            try:
                answers[pk] = glance.read()
            except fluence.MalformedAnswer as error:
                unreadable.append(glance.unreadable(error))
    return answers


def _as_last_seen(
    fresh: list[str],
    answers: Collection[str],
    glances: Collection[str],
    unreadable: list[fluence.Unreadable],
) -> set[str]:
    """Return those that are at Fluence but cannot be read, or that an answer without an id may be
    about.
    """
    may_be_any = any(not each.id for each in unreadable)
    return {pk for pk in fresh if pk not in answers and (may_be_any or pk in glances)}
