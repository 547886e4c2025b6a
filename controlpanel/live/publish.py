"""Telling the streams that a team's revision has moved, or that a person may have to leave."""

import logging
from datetime import datetime
from functools import lru_cache
from uuid import UUID

from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

from .channels import CHANNEL, PERSON, READ

logger = logging.getLogger(__name__)


def revision_publish(team_id: UUID, revision: int) -> None:
    """Publish a committed revision. Without Valkey tabs find it by polling instead."""
    _publish(f"{CHANNEL}{team_id}", revision)


def read_publish(team_id: UUID, at: datetime) -> None:
    """Publish when what the team's pages show was last read from outside, changed or not."""
    _publish(f"{READ}{team_id}", int(at.timestamp()))


def person_doubt(user_id: int) -> None:
    """Let the streams of a person ask again whether they may still listen."""
    _publish(f"{PERSON}{user_id}", 1)


def _publish(channel: str, value: int) -> None:
    try:
        _connection().publish(channel, value)
    except RedisError as error:
        logger.warning("live updates not sent: %s", error)


@lru_cache(maxsize=1)
def _connection() -> Redis:
    # A page must not wait for a Valkey that is gone.
    return Redis.from_url(settings.REDIS_URL, socket_timeout=0.5, socket_connect_timeout=0.5)
