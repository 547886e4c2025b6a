"""How often within an hour: counted in the cache, so that no process has a count of its own."""

from math import ceil
from time import time

from django.core.cache import cache

HOUR = 3600


def count(what: str, who: object) -> int:
    """Count one more of `what` that somebody did within this hour of the clock; return how many."""
    key = _key(what, who)
    cache.add(key, 0, HOUR)
    try:
        return cache.incr(key)
    except ValueError:  # it has gone meanwhile
        return 1


def counted(what: str, who: object) -> int:
    """Return how many there were within this hour."""
    return int(cache.get(_key(what, who)) or 0)


def seconds_left() -> int:
    """Return how long this hour lasts."""
    return HOUR - int(time()) % HOUR


def minutes_left() -> int:
    """As `seconds_left`, in minutes that have begun."""
    return ceil(seconds_left() / 60)


def _key(what: str, who: object) -> str:
    return f"rate:{what}:{who}:{int(time()) // HOUR}"
