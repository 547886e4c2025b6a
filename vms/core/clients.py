"""Clients for the teams' accounts: one per API key and process, so that connections are reused."""

from datetime import datetime
from functools import lru_cache, partial
from typing import Protocol
from uuid import UUID

import redis
from django.conf import settings
from django.utils import timezone
from redis.backoff import NoBackoff
from redis.retry import Retry

from controlpanel.fluence import FluenceClient
from controlpanel.fluence.clock import RemoteClock
from controlpanel.fluence.limits import RedisLimits, Rules
from controlpanel.observability import metrics

from .lanes import pace_note


class KeyHolder(Protocol):
    """An account with its API key."""

    pk: UUID

    def api_key(self) -> str: ...


# Of the one Fluence that all keys are of.
CLOCK = RemoteClock()


def client_for(account: KeyHolder) -> FluenceClient:
    """Return the client of a team's account, for background work: reads are retried."""
    return client_for_key(account.api_key(), account.pk, retries=3, patience=10.0)


def impatient_client_for(account: KeyHolder) -> FluenceClient:
    """Return a client for use while a person waits: one retry of a read at most."""
    return client_for_key(account.api_key(), account.pk, retries=1)


def poll_client_for(account: KeyHolder) -> FluenceClient:
    """Return a client for polls: what times out is not tried again, for the next cycle does."""
    return client_for_key(account.api_key(), account.pk, retries=2, retry_timeouts=False)


# Three kinds of client, for as many keys as one process may meet.
@lru_cache(maxsize=3000)
def client_for_key(
    api_key: str,
    account_id: UUID | None = None,
    *,
    retries: int = 1,
    patience: float = 3.0,
    retry_timeouts: bool = True,
) -> FluenceClient:
    """Return the client of a key. It waits `patience` seconds at most for its turn to call."""
    return FluenceClient(
        api_key,
        settings.FLUENCE_API_URL,
        connect_timeout=settings.FLUENCE_CONNECT_TIMEOUT,
        read_timeout=settings.FLUENCE_READ_TIMEOUT,
        retries=retries,
        retry_timeouts=retry_timeouts,
        limiter=_limits().for_key(api_key, patience=patience),
        observer=partial(_call_observe, account_id),
        clock=CLOCK,
    )


def _call_observe(
    account_id: UUID | None, method: str, path: str, code: str, seconds: float
) -> None:
    metrics.fluence_call(method, path, code, seconds)
    if account_id:
        pace_note(account_id, seconds)


def fluence_now() -> datetime:
    """Return the time at Fluence, by its last answer to this process; our own before there is one.

    Whatever is compared with a time that Fluence gave, or with one that another process wrote,
    is compared by this clock: the machines' own may be minutes apart.
    """
    return CLOCK.now() or timezone.now()


@lru_cache(maxsize=1)
def _limits() -> RedisLimits:
    """Return the limits that all processes of the panel keep together."""
    server = redis.Redis.from_url(
        f"{settings.REDIS_URL}/0",
        # A limiter that is slow to answer must not be what holds calls up.
        socket_connect_timeout=0.5,
        socket_timeout=0.5,
        retry=Retry(NoBackoff(), 1),
    )
    # A slot outlasts the slowest call there can be: one read timeout, and two for the body.
    lease = settings.FLUENCE_CONNECT_TIMEOUT + 3 * settings.FLUENCE_READ_TIMEOUT
    return RedisLimits(
        server, Rules(calls=settings.FLUENCE_CALLS_PER_KEY, lease=max(lease, Rules.lease))
    )
