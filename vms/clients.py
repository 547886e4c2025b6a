"""Clients for the teams' accounts: one per API key and process, so that connections are reused."""

from functools import lru_cache

from django.conf import settings

from controlpanel.fluence import FluenceClient
from controlpanel.teams.models import FluenceAccount


def client_for(account: FluenceAccount) -> FluenceClient:
    """Return the client of a team's account, for background work: reads are retried."""
    return client_for_key(account.api_key(), retries=3)


def impatient_client_for(account: FluenceAccount) -> FluenceClient:
    """Return a client for use while a person waits: one retry of a read at most."""
    return client_for_key(account.api_key(), retries=1)


@lru_cache(maxsize=256)
def client_for_key(api_key: str, *, retries: int = 1) -> FluenceClient:
    return FluenceClient(
        api_key,
        settings.FLUENCE_API_URL,
        connect_timeout=settings.FLUENCE_CONNECT_TIMEOUT,
        read_timeout=settings.FLUENCE_READ_TIMEOUT,
        retries=retries,
    )
