"""Mirroring all disks, addresses and networks of an account, and following those that move.

Read at the end of each reconcile, so that the VMs that have them are mirrored by then.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import islice
from typing import Any, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from controlpanel import fluence
from vms.core.clients import fluence_now
from vms.core.resource_statuses import GOING, MOVING, REMOVED
from vms.core.revisions import revision_raise
from vms.models import VM, Attachable, FluenceAccount, Operation, Resource
from vms.models.operation import OPEN_STATES

from .account import account_lock
from .attachments import attachments_known
from .catalogue_rows import cluster_rows_ensure
from .reading import Reading
from .resource_fields import (
    ALL_MIRRORED,
    PER_CALL,
    PUBLIC_IPS,
    STORAGES,
    SUBNETS,
    VPCS,
    Mirrored,
    Remote,
    new_row,
)

# A key without the scope, or an older server without the endpoint: nothing can be told.
REFUSALS = (fluence.Forbidden, fluence.NotFound)
# What Fluence makes with a VM, or lets go with it.
WITH_VMS = (STORAGES, PUBLIC_IPS, VPCS, SUBNETS)
# While a VM is this young, or has ended so lately, the newest disks and addresses are looked at.
LATELY = timedelta(minutes=5)

# Those who may know more of what has no row yet, with the account locked: they return the ids of
# what they have taken up. The app fills it when it starts: the mirror knows no operations' kinds.
Claim = Callable[[FluenceAccount, Mirrored, Sequence[Remote]], Collection[str]]
CLAIMS: list[Claim] = []


def resources_read(reading: Reading) -> None:
    """Mirror all of them. A kind that the key may not read is forgotten, which is no failure."""
    account, refused, read = reading.account, list[str](), dict[str, datetime | None]()
    for mirrored in ALL_MIRRORED:
        try:
            _read_all(reading, mirrored)
            read.setdefault(mirrored.read_at, timezone.now())
        except REFUSALS:
            refused.append(mirrored.model.TARGET_TYPE)
            read[mirrored.read_at] = None
            _forget(account, mirrored)
    rows = FluenceAccount.objects.filter(pk=account.pk)
    rows.update(**read, refused_kinds=refused)


def resources_follow(reading: Reading) -> None:
    """Look again at those that move, or whose VM has ended, and at the newest while VMs are made
    or ended: what is done is seen within seconds, not at the next whole reading.
    """
    account = reading.account
    lately = timezone.now() - LATELY
    recent = Q(created_at__gt=lately) | Q(terminated_at__gt=lately)
    is_busy = VM.objects.filter(recent, team_id=account.team_id, account=account).exists()
    for mirrored in ALL_MIRRORED:
        if mirrored.model.TARGET_TYPE in account.refused_kinds:
            continue
        try:
            if is_busy and mirrored in WITH_VMS:
                _read_newest(reading, mirrored)
            _follow_unsettled(reading, mirrored)
        except REFUSALS:
            continue  # the next whole reading notes what the key may not read


def _read_newest(reading: Reading, mirrored: Mirrored) -> None:
    asked_at = timezone.now()
    # Of networks there are few, and Fluence does not sort them.
    order = {"sort": "createdAt", "order": "desc"} if mirrored.is_attachable else {}
    newest = mirrored.group(reading.client).list(per_page=PER_CALL, **order, **mirrored.filters)
    remotes_mirror(reading.account, mirrored, newest.items, asked_at=asked_at)


def _follow_unsettled(reading: Reading, mirrored: Mirrored) -> None:
    account, unsettled = reading.account, Q(status__in=MOVING)
    if mirrored.is_attachable:
        unsettled |= Q(is_checked=False)
    rows = mirrored.model._default_manager.filter(
        unsettled, account=account, remote_id__isnull=False
    )
    unsure = rows.order_by("pk").values_list("remote_id", flat=True)[:PER_CALL]
    ids = [pk for pk in unsure if pk]
    if not ids:
        return
    asked_at = timezone.now()
    found = mirrored.some(reading.client, ids)
    remotes_mirror(account, mirrored, found, asked_at=asked_at)
    gone = reading.gone(mirrored.remote, ids, [each.id for each in found])
    going = rows.filter(remote_id__in=gone, status__in=GOING)
    _drop(account, mirrored, list(going.values_list("remote_id", flat=True)))


def _read_all(reading: Reading, mirrored: Mirrored) -> None:
    account, began = reading.account, fluence_now()
    is_first = getattr(account, mirrored.read_at) is None
    seen: set[str] = set()
    for asked_at, chunk in _chunks(mirrored.every(reading.client)):
        seen |= {each.id for each in chunk}
        remotes_mirror(account, mirrored, chunk, asked_at=asked_at, is_first=is_first)
    known = mirrored.model._default_manager.filter(
        account=account, remote_id__isnull=False, created_at__lt=began
    ).values_list("remote_id", flat=True)
    missing = reading.gone(mirrored.remote, [each for each in known if each], seen)
    for start in range(0, len(missing), PER_CALL):
        _missing(reading, mirrored, missing[start : start + PER_CALL])


def _chunks(remotes: Iterable[Remote]) -> Iterator[tuple[datetime, list[Remote]]]:
    """Yield what one call gave, with the time before it was asked for."""
    rest, asked_at = iter(remotes), timezone.now()
    while chunk := list(islice(rest, PER_CALL)):
        yield asked_at, chunk
        asked_at = timezone.now()


def _missing(reading: Reading, mirrored: Mirrored, ids: list[str]) -> None:
    """Ask for what a list lacks: it is removed, or absent, which proves nothing until it lasts."""
    account, now = reading.account, fluence_now()
    found = {each.id: each for each in mirrored.some(reading.client, ids)}
    rows = mirrored.model._default_manager.filter(account=account, remote_id__in=ids)
    grace = timedelta(seconds=settings.SETTLE_GRACE_SECONDS)
    removed = [pk for pk, each in found.items() if each.status == REMOVED]
    absent = rows.exclude(remote_id__in=found)
    lasting = Q(absent_since__lte=now - grace) | Q(status__in=GOING)
    gone = removed + [pk for pk in absent.filter(lasting).values_list("remote_id", flat=True) if pk]
    absent.filter(absent_since=None).exclude(remote_id__in=gone).update(absent_since=now)
    _drop(account, mirrored, gone)


@transaction.atomic
def _drop(account: FluenceAccount, mirrored: Mirrored, ids: Collection[str | None]) -> None:
    if not ids or not account_lock(account):
        return
    gone = mirrored.model._default_manager.filter(account=account, remote_id__in=ids)
    if gone.exists():
        changed_raise(account)
        gone.delete()


def _forget(account: FluenceAccount, mirrored: Mirrored) -> None:
    """What cannot be read any more is not claimed."""
    known = mirrored.model._default_manager.filter(account=account, remote_id__isnull=False)
    _drop(account, mirrored, list(known.values_list("remote_id", flat=True)))


@transaction.atomic
def remotes_mirror(
    account: FluenceAccount,
    mirrored: Mirrored,
    remotes: Collection[Remote],
    *,
    asked_at: datetime,
    is_first: bool = False,
) -> None:
    """Write Fluence's answers about a chunk of one kind; rows are made for what has none.

    What a change of the panel's own has written since `asked_at` is newer than the answer.
    """
    if not remotes or not account_lock(account):
        return
    by_id = {each.id: each for each in remotes}
    rows = _rows(account, mirrored, by_id)
    gone = [pk for pk, each in by_id.items() if each.status == REMOVED]
    fresh = _strangers(
        account, mirrored, [by_id[pk] for pk in by_id.keys() - rows.keys() - {*gone}]
    )
    _drop(account, mirrored, [pk for pk in gone if pk in rows])
    known = {
        pk: row
        for pk, row in rows.items()
        if pk not in gone and not (row.changed_at and row.changed_at >= asked_at)
    }
    seen = [each for each in remotes if each.id in known] + fresh
    values = remotes_values(account, mirrored, known, seen, is_first=is_first)
    changed = [row for pk, row in known.items() if _take_over(row, values[pk])]
    made = [new_row(mirrored, account.pk, each) for each in fresh]
    for row in made:
        _take_over(row, values[row.remote_id or ""])
    if changed or made:
        cluster_rows_ensure({each.cluster_id for each in seen})
        changed_raise(account)
        _write(mirrored, changed, made, fields=values)


def _rows(account: FluenceAccount, mirrored: Mirrored, ids: Collection[str]) -> dict[str, Resource]:
    found = mirrored.model._default_manager.filter(account=account, remote_id__in=ids)
    return {row.remote_id: row for row in found if row.remote_id}


def _strangers(account: FluenceAccount, mirrored: Mirrored, unknown: list[Remote]) -> list[Remote]:
    """Return those that nothing of the panel's has made, nor may be making at this moment."""
    if not unknown:
        return []
    creates = Operation.objects.filter(
        account=account,
        kind=f"{mirrored.model.TARGET_TYPE}.create",
        state__in=OPEN_STATES,
        needs_attention=False,
    )
    being_made = set(creates.values_list("target_name", flat=True))
    unknown = [each for each in unknown if each.name not in being_made]
    claimed = {pk for claim in CLAIMS for pk in claim(account, mirrored, unknown)}
    return [each for each in unknown if each.id not in claimed]


def remotes_values(
    account: FluenceAccount,
    mirrored: Mirrored,
    rows: dict[str, Resource],
    remotes: Sequence[Remote],
    *,
    is_first: bool = False,
) -> dict[str, dict[str, Any]]:
    """Return the columns of each by Fluence's id, as its answer says, and whose it is."""
    values = {each.id: mirrored.fields(each) for each in remotes}
    if mirrored.is_attachable and remotes:
        known = cast(dict[str, Attachable], rows)
        attachments = attachments_known(account, mirrored, known, remotes, is_first=is_first)
        for each in remotes:
            row = known.get(each.id) or cast(Attachable, mirrored.model())
            values[each.id] |= attachments.fields(row, each, values[each.id])
    return values


def _take_over(row: Resource, values: dict[str, Any]) -> bool:
    """Set the columns; tell whether any of them differs."""
    differs = any(getattr(row, name) != value for name, value in values.items())
    for name, value in values.items():
        setattr(row, name, value)
    return differs


def _write(
    mirrored: Mirrored,
    changed: list[Resource],
    made: list[Resource],
    *,
    fields: dict[str, dict[str, Any]],
) -> None:
    """Save many rows in one statement for all that changed, and one for all that are new.

    A poll of VMs may make rows of what these have meanwhile: it locks no account.
    """
    manager = mirrored.model._default_manager
    names = sorted({name for values in fields.values() for name in values})
    for rows, key in ((changed, ["id"]), (made, ["account_id", "remote_id"])):
        manager.bulk_create(rows, update_conflicts=True, unique_fields=key, update_fields=names)


def changed_raise(account: FluenceAccount) -> int:
    """Raise the team's revision, and note that what the account holds changes with it.

    With the account locked, and before any row of it is written: so is the order of locks, and a
    VM that ends writes into the rows of what it had without the account.
    """
    revision = revision_raise(account.team_id)
    FluenceAccount.objects.filter(pk=account.pk).update(resources_revision=revision)
    return revision
