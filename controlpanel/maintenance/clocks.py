"""Whether this machine's clock stands where the others' do. Nothing is lost if not, but late."""

import logging
from datetime import datetime

from django.db import connection
from django.utils import timezone

from vms.core.clients import CLOCK

logger = logging.getLogger(__name__)
MOST_SECONDS = 5.0


def clocks_compare() -> None:
    """Say in the log when the clock is seconds away from the database's or from Fluence's."""
    for name, now in (("the database", _database_now()), ("Fluence", CLOCK.now())):
        if now is None:
            continue
        ahead = (timezone.now() - now).total_seconds()
        if abs(ahead) > MOST_SECONDS:
            side = "ahead of" if ahead > 0 else "behind"
            logger.warning(
                "this machine's clock is %.0f s %s that of %s: is it set by NTP?",
                *(abs(ahead), side, name),
            )


def _database_now() -> datetime | None:
    """Return its time; None for SQLite, which goes by this machine's clock."""
    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        now: datetime = cursor.fetchone()[0]
        return now
