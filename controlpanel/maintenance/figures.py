"""What the database and the queue know about how the panel is doing. Each is one cheap question."""

from datetime import datetime
from functools import lru_cache

from django.conf import settings
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Greatest
from django.utils import timezone
from redis import Redis

from controlpanel.celery import app
from vms.models import VM, FluenceAccount, Operation
from vms.models.operation import OPEN_STATES

from .models import Heartbeat

PATIENCE_SECONDS = 1.0


def beat_age_seconds() -> float | None:
    """Return how long ago beat last reached a worker; None if it never did."""
    at = Heartbeat.last()
    return None if at is None else _seconds_since(at)


def poll_lag_seconds() -> float:
    """Return how long the most overdue VM has waited to be asked about.

    An account that is paused, because Fluence is down or rejects its key, waits on purpose.
    """
    now = timezone.now()
    next_of_account = (
        VM.objects.filter(account=OuterRef("pk"), poll_after__lte=now)
        .order_by("poll_after")
        .values("poll_after")[:1]
    )
    waiting_since = (
        FluenceAccount.objects.filter(poll_after__lte=now)
        .annotate(oldest=Subquery(next_of_account))
        .filter(oldest__isnull=False)
        .annotate(since=Greatest("oldest", "poll_after"))
        .order_by("since")
        .values_list("since", flat=True)
        .first()
    )
    return 0.0 if waiting_since is None else _seconds_since(waiting_since)


def open_operations() -> dict[tuple[str, str, bool], int]:
    """Count unfinished operations by kind, state, and whether a person must settle them."""
    rows = (
        Operation.objects.filter(state__in=OPEN_STATES)
        .values_list("kind", "state", "needs_attention")
        .annotate(count=Count("pk"))
    )
    return {(kind, state, attention): count for kind, state, attention, count in rows}


def accounts_by_health() -> dict[str, int]:
    rows = FluenceAccount.objects.values_list("health").annotate(count=Count("pk"))
    return dict(rows)


def queue_depths() -> dict[str, int]:
    """Count the tasks that wait in each queue."""
    connection = broker()
    names = list(app.amqp.queues)
    return {name: int(connection.llen(name)) for name in names}


@lru_cache(maxsize=1)
def broker() -> Redis:
    """Return a connection to the queue's server that answers soon or not at all."""
    return Redis.from_url(
        settings.CELERY_BROKER_URL,
        socket_timeout=PATIENCE_SECONDS,
        socket_connect_timeout=PATIENCE_SECONDS,
    )


def _seconds_since(at: datetime) -> float:
    return max((timezone.now() - at).total_seconds(), 0.0)
