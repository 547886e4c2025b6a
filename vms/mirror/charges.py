"""Mirroring what was charged, by day: read each hour, for days that are over change no more, and
sooner while there is nothing of the present one.

An hour is charged when it begins, so that the present day of UTC grows until it ends. Each reading
takes in the days since the one before, and yesterday; the first goes back month by month.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from decimal import Decimal

from controlpanel import fluence
from vms.core.clients import fluence_now, poll_client_for
from vms.core.months import month_after, month_before, month_of, months_before
from vms.models import ChargeDay, FluenceAccount

from .charge_rows import charges_write
from .reading import Reading
from .resources import REFUSALS
from .unreadable import CHARGE, unreadable_add, unreadable_keep_of

logger = logging.getLogger(__name__)
EVERY = timedelta(hours=1)
# While nothing is known of the present day: what was just deployed is charged at once.
SOON = timedelta(minutes=2)
DAY = timedelta(days=1)
MOST_MONTHS = 24
# Of them so many at once, for all else that is read of the account waits meanwhile.
MONTHS_AT_ONCE = 6
# Of a day, in USD and in hours of all things together: so that the sums of a month fit the columns
# of `ExactDecimalField`.
MOST_COST, MOST_HOURS = Decimal(1_000_000), Decimal(10_000_000)
MOST_QUANTITY = Decimal(100_000_000)
Sums = dict[tuple[date, str], Decimal]


def charges_read(account: FluenceAccount) -> None:
    """Mirror the charges, if that is due.

    Neither a key that may not read them nor a failure is one of the account: all else is read by
    other calls, and what fails here is tried again at the next reconcile.
    """
    now = fluence_now()
    reading = Reading(account)
    rows = FluenceAccount.objects.filter(pk=account.pk)
    try:
        if _is_due(account, now):
            _recent_read(reading, now.date())
            rows.update(charges_read_at=now, charges_refused=False)
            unreadable_keep_of(account, fluence.Charge, reading.unreadable)
        _history_read(reading, now.date())
    except REFUSALS:
        rows.update(charges_refused=True)
    except fluence.FluenceError as error:
        logger.warning("account %s: charges were not read: %s", account.pk, error.code)
    unreadable_add(account, reading.unreadable)


def _is_due(account: FluenceAccount, now: datetime) -> bool:
    read_at = account.charges_read_at
    if read_at is None or account.charges_refused:
        return True
    waited = abs(now - read_at)
    if waited < SOON or waited >= EVERY:
        return waited >= EVERY
    return not ChargeDay.objects.filter(account=account, day=now.date()).exists()


def _recent_read(reading: Reading, today: date) -> None:
    """Read the present month, or what may have changed since the last reading."""
    read_at = reading.account.charges_read_at
    start = min(read_at.date(), today - DAY) if read_at else month_of(today)
    for first, last in _by_month(start, today):
        _days_read(reading, first, last)


def _by_month(start: date, end: date) -> Iterator[tuple[date, date]]:
    """Yield the first and last day of each month's part of a range, the newest first."""
    while month_of(end) > start:
        yield month_of(end), end
        end = month_of(end) - DAY
    yield start, end


def _history_read(reading: Reading, today: date) -> None:
    """Read some older months, the newest first, until two in a row have nothing.

    How far it came is kept after each: a process that dies loses none of it.
    """
    account, present = reading.account, month_of(today)
    oldest = months_before(present, MOST_MONTHS - 1)
    month = account.charges_from or present
    for _ in range(MONTHS_AT_ONCE):
        if month <= oldest:
            return
        later, month = month, month_before(month)
        try:
            _days_read(reading, month, later - DAY)
        except (fluence.BadRequest, fluence.Unprocessable):
            month = oldest  # Fluence tells nothing that is as old
        # The present month has only begun: that it has nothing yet says little.
        if later < present and not _has_charges(account, month, month_after(later)):
            month = oldest
        FluenceAccount.objects.filter(pk=account.pk).update(charges_from=month)


def _has_charges(account: FluenceAccount, start: date, end: date) -> bool:
    days = ChargeDay.objects.filter(account=account, day__gte=start, day__lt=end)
    return days.exists()


def _days_read(reading: Reading, start: date, end: date) -> None:
    """Mirror a range of days within one month; in halves, if it is too much for one answer."""
    before = len(reading.unreadable)
    try:
        charges = _asked(reading, start, end)
    except fluence.FluenceError as error:
        if error.code != "answer_too_large" or start == end:
            raise
        middle = start + (end - start) // 2
        # The older half first: names are those of the last day.
        _days_read(reading, start, middle)
        _days_read(reading, middle + DAY, end)
        return
    judged = list(_judged(reading, charges, start, end))
    is_whole = len(reading.unreadable) == before
    charges_write(reading.account, start, end, judged, is_whole=is_whole)


def _asked(reading: Reading, start: date, end: date) -> tuple[fluence.Charge, ...]:
    """Ask once: what times out would hold up the next reading of all else."""
    client = poll_client_for(reading.account).leaving_out(reading.unreadable)
    return client.billing.charges(start, end, period="DAY")


def _judged(
    reading: Reading, charges: Iterable[fluence.Charge], start: date, end: date
) -> Iterator[fluence.Charge]:
    """Yield the charges that make sense, and note the others as unreadable."""
    sums: Sums = defaultdict(Decimal)
    for charge in charges:
        if problem := _problem(charge, start, end, sums):
            id_, name = charge.resource_id or "", charge.resource_name or ""
            reading.unreadable.append(fluence.Unreadable(CHARGE, id_[:80], name[:80], problem))
        else:
            yield charge


def _problem(charge: fluence.Charge, start: date, end: date, sums: Sums) -> str:
    """Return what is wrong with a charge; `sums` are those of its days so far, added to here."""
    day = charge.period_start.date() if charge.period_start else None
    if day is None or not start <= day <= end:
        return "periodStart (not one of the days that were asked for)"
    if not 0 <= (charge.quantity or 0) <= MOST_QUANTITY:
        return "quantity (beyond all measure)"
    amounts = {
        "totalUsageHours": (charge.total_usage_hours, MOST_HOURS),
        "totalCost": (charge.total_cost, MOST_COST),
    }
    for name, (amount, most) in amounts.items():
        # Compared before it is added: what is too large for the one is too large for the other.
        if not -most <= amount <= most or sums[day, name] + abs(amount) > most:
            return f"{name} (beyond all measure)"
    for name, (amount, _most) in amounts.items():
        sums[day, name] += abs(amount)
    return ""
