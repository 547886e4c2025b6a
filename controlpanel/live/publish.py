"""Telling the web processes that a team's revision has moved."""

import logging
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)
CHANNEL = "revision:"


def revision_publish(team_id: UUID, revision: int) -> None:
    """Publish a committed revision. Without Valkey tabs find it by polling instead."""
    try:
        _connection().publish(f"{CHANNEL}{team_id}", revision)
    except RedisError as error:
        logger.warning("live updates not sent: %s", error)


@lru_cache(maxsize=1)
def _connection() -> Redis:
    # A page must not wait for a Valkey that is gone.
    return Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
