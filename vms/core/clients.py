"""Clients for the teams' accounts: one per API key and process, so that connections are reused."""

from dataclasses import dataclass
from datetime import datetime, timedelta
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
from .unreadable import revealed


class KeyHolder(Protocol):
    """An account with its API key, encrypted."""

    pk: UUID
    api_key_encrypted: str


@dataclass(frozen=True, slots=True)
class Manner:
    """How patient a client is: with reads that fail, and in seconds with its turn to call."""

    retries: int
    patience: float = 3.0
    retry_timeouts: bool = True


# Reads are retried: nobody waits.
BACKGROUND = Manner(retries=3, patience=10.0)
# A person waits: one retry of a read at most.
IMPATIENT = Manner(retries=1)
# What times out is not tried again, for the next cycle does.
POLLING = Manner(retries=2, retry_timeouts=False)
# Of the one Fluence that all keys are of.
CLOCK = RemoteClock()


def client_for(account: KeyHolder) -> FluenceClient:
    """Return the client of a team's account, for background work."""
    return _client_kept(account.pk, account.api_key_encrypted, BACKGROUND)


def impatient_client_for(account: KeyHolder) -> FluenceClient:
    """Return a client for use while a person waits."""
    return _client_kept(account.pk, account.api_key_encrypted, IMPATIENT)


def poll_client_for(account: KeyHolder) -> FluenceClient:
    """Return a client for polls."""
    return _client_kept(account.pk, account.api_key_encrypted, POLLING)


def client_for_key(
    api_key: str, account_id: UUID | None = None, *, manner: Manner = IMPATIENT
) -> FluenceClient:
    """Return a client of a key that need not be any account's yet."""
    return FluenceClient(
        api_key,
        settings.FLUENCE_API_URL,
        connect_timeout=settings.FLUENCE_CONNECT_TIMEOUT,
        read_timeout=settings.FLUENCE_READ_TIMEOUT,
        retries=manner.retries,
        retry_timeouts=manner.retry_timeouts,
        limiter=_limits().for_key(api_key, patience=manner.patience),
        observer=partial(_call_observe, account_id),
        clock=CLOCK,
    )


# Three kinds of client, for as many keys as one process may meet. Remembered by the key as it is
# encrypted: a clear one is nowhere but in the client's own headers.
@lru_cache(maxsize=3000)
def _client_kept(account_id: UUID, encrypted: str, manner: Manner) -> FluenceClient:
    return client_for_key(revealed(encrypted), account_id, manner=manner)


def clients_forget() -> None:
    """Have every client made anew, as after another server was named in the settings."""
    _client_kept.cache_clear()


def _call_observe(
    account_id: UUID | None, method: str, path: str, code: str, seconds: float
) -> None:
    metrics.fluence_call(method, path, code, seconds)
    if account_id:
        pace_note(account_id, seconds)


# How far the clocks within Fluence may stand apart. Ours plays no part.
CLOCK_SKEW = timedelta(minutes=2)


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
        settings.REDIS_URL,
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
