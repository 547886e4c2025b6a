"""Mirroring what was paid in: now and then, and every few seconds while it is on its way."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from controlpanel import fluence
from vms.core.clients import CLOCK_SKEW, fluence_now
from vms.core.fitting import fitting
from vms.core.revisions import revision_raise
from vms.models import FluenceAccount, PaymentMethod, TopUp
from vms.models.top_up import FINAL, PAID

from .account import account_lock
from .balance import balance_read
from .reading import Reading
from .resources import REFUSALS
from .tables import rows_write
from .unreadable import unreadable_add, unreadable_keep_of

logger = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
# For so long one is looked at again whose status is not final: Fluence lets them expire sooner.
LONGEST_OPEN = timedelta(days=7)
MOST_CENTS = 10**12
MOST_FEE_BPS = 10_000
LONGEST_CODE = 60
MOST_METHODS = 20
KEY = ("account_id", "remote_id")
WRITTEN = ("amount_cents", "status", "provider", "created_at", "expires_at")


def top_ups_read(account: FluenceAccount) -> None:
    """Mirror the top-ups and the ways to pay, if that is due.

    Neither a key that may not read them nor a failure is one of the account, as with charges.
    """
    now, read_at = fluence_now(), account.top_ups_read_at
    if read_at and not account.top_ups_refused and abs(now - read_at) < EVERY:
        return
    reading = Reading(account)
    rows = FluenceAccount.objects.filter(pk=account.pk)
    # A day earlier, since the one clock may be behind the other; all of them at first.
    start = read_at - timedelta(days=1) if read_at else None
    try:
        _methods_read(reading)
        top_ups_write(account, _asked(reading, start))
        unreadable_keep_of(account, fluence.TopUp, reading.unreadable)
        rows.update(top_ups_read_at=now, top_ups_refused=False)
    except REFUSALS:
        rows.update(top_ups_refused=True)
    except fluence.FluenceError as error:
        logger.warning("account %s: top-ups were not read: %s", account.pk, error.code)
    unreadable_add(account, reading.of(fluence.TopUp))


def top_ups_follow(reading: Reading) -> None:
    """Look again at those that are on their way; the balance is read with what was paid."""
    account, since = reading.account, fluence_now() - LONGEST_OPEN
    rows = TopUp.objects.filter(account=account, created_at__gt=since).exclude(status__in=FINAL)
    waiting = dict(rows.values_list("remote_id", "created_at"))
    if not waiting:
        return
    try:
        found = _asked(reading, min(waiting.values()) - CLOCK_SKEW)
    except REFUSALS:
        return  # the next whole reading notes what the key may not read
    if any(each.id in waiting and each.status.lower() == PAID for each in found):
        balance_read(reading)
    top_ups_write(account, found)


def _asked(reading: Reading, start: datetime | None) -> list[fluence.TopUp]:
    """Return those begun since then that make sense, and note the others as unreadable."""
    found = list(reading.client.billing.iterate_top_ups(start=start))
    reading.unreadable += [
        fluence.Unreadable(fluence.TopUp.__name__, each.id, "", "amountCents (beyond all measure)")
        for each in found
        if not _is_bounded(each)
    ]
    return [each for each in found if _is_bounded(each)]


def _is_bounded(remote: fluence.TopUp) -> bool:
    return 0 <= remote.amount_cents <= MOST_CENTS


@transaction.atomic
def top_ups_write(account: FluenceAccount, remotes: Iterable[fluence.TopUp]) -> None:
    """Write what Fluence says of top-ups; open pages are told if anything of it is new."""
    rows = {each.id: _row(account, each) for each in remotes}
    if not rows or not account_lock(account):
        return
    stored = TopUp.objects.filter(account=account, remote_id__in=rows)
    known = {row.remote_id: row for row in stored}
    pairs = [(row, known.get(pk)) for pk, row in rows.items()]
    if rows_write(TopUp, pairs, KEY, WRITTEN):
        revision_raise(account.team_id)


def _row(account: FluenceAccount, remote: fluence.TopUp) -> TopUp:
    return TopUp(
        account_id=account.pk,
        remote_id=remote.id,
        amount_cents=remote.amount_cents,
        status=fitting(TopUp, "status", remote.status.lower()),
        provider=fitting(TopUp, "provider", remote.provider or ""),
        created_at=remote.created_at or fluence_now(),
        expires_at=remote.expires_at,
    )


def _methods_read(reading: Reading) -> None:
    """Mirror the ways to pay; none for a key that may not pay in."""
    account = reading.account
    try:
        remotes = reading.client.billing.payment_methods()
    except REFUSALS:
        remotes = ()
    methods = [_method(account.pk, each) for each in remotes if each.enabled and _fits(each)]
    with transaction.atomic():
        if account_lock(account):
            PaymentMethod.objects.filter(account=account).delete()
            PaymentMethod.objects.bulk_create(methods[:MOST_METHODS], ignore_conflicts=True)


def _fits(method: fluence.PaymentMethod) -> bool:
    """Whether its columns can keep it."""
    amounts = (method.min_amount_cents, method.max_amount_cents or 0, method.est_fee_fixed_cents)
    return (
        0 < len(method.method_code) <= LONGEST_CODE
        and all(0 <= each <= MOST_CENTS for each in amounts)
        and 0 <= method.est_fee_bps <= MOST_FEE_BPS
        and abs(method.sort_order) < 2**31
    )


def _method(account_id: UUID, remote: fluence.PaymentMethod) -> PaymentMethod:
    return PaymentMethod(
        account_id=account_id,
        code=remote.method_code,
        name=fitting(PaymentMethod, "name", remote.display_name or remote.method_code),
        least_cents=remote.min_amount_cents,
        most_cents=remote.max_amount_cents,
        fee_bps=remote.est_fee_bps if remote.fee_paid_by_user else 0,
        fee_cents=remote.est_fee_fixed_cents if remote.fee_paid_by_user else 0,
        position=remote.sort_order,
    )
