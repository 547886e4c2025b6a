"""Whether each part of the panel does its work. Says how late, never why or whose."""

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError, InterfaceError
from redis.exceptions import RedisError

from controlpanel.lib.database import DATABASE_TROUBLE, first_line, is_full

from . import figures, room, rotation

logger = logging.getLogger(__name__)
# Beat is heard every 10 seconds; a worker that is busy for a moment is no fault.
MOST_BEAT_SECONDS = 60.0
# VMs are asked about every 2 to 30 seconds, and a call to Fluence may take 10.
MOST_POLL_LAG_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Part:
    """`state` is ok, late, full, unreadable or failing; `seconds` is how late.

    `seconds` is None where it means nothing.
    """

    name: str
    state: str
    seconds: float | None = None

    @property
    def is_ok(self) -> bool:
        return self.state == "ok"

    def as_json(self) -> dict[str, Any]:
        if self.seconds is None:
            return {"state": self.state}
        return {"state": self.state, "seconds": round(self.seconds, 1)}


def parts() -> list[Part]:
    """Look at each part anew."""
    database, broker = _part("database", _database), _part("broker", _broker)
    if database.state == "failing":
        # Both are asked of the database, which may take seconds to fail each time.
        return [database, broker, *(Part(name, "failing") for name in ("beat", "poll", "keys"))]
    others = {"beat": _beat, "poll": _poll, "keys": _keys}
    return [database, broker, *(_part(name, look) for name, look in others.items())]


def _part(name: str, look: Callable[[str], Part]) -> Part:
    try:
        return look(name)
    except (DatabaseError, InterfaceError, RedisError, OSError) as error:
        # The reason may name hosts and users: it is for the log.
        logger.warning("not ready: %s: %s", name, error)
        return Part(name, "failing")


def _database(name: str) -> Part:
    try:
        room.write_something()
    except DATABASE_TROUBLE as error:
        if not is_full(error):
            raise
        logger.warning("not ready: %s has no room left: %s", name, first_line(error))
        return Part(name, "full")
    return Part(name, "ok")


def _broker(name: str) -> Part:
    figures.broker().ping()
    return Part(name, "ok")


def _beat(name: str) -> Part:
    age = figures.beat_age_seconds()
    if age is None:
        return Part(name, "late")
    return Part(name, "ok" if age <= MOST_BEAT_SECONDS else "late", age)


def _keys(name: str) -> Part:
    if rotation.is_all_readable():
        return Part(name, "ok")
    logger.warning("not ready: ENCRYPTION_KEYS do not open all that is kept: were they changed?")
    return Part(name, "unreadable")


def _poll(name: str) -> Part:
    lag = figures.poll_lag_seconds()
    return Part(name, "ok" if lag <= MOST_POLL_LAG_SECONDS else "late", lag)
