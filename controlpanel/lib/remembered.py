"""What is worked out once for each version of what it is made of, and shown by many pages.

The arguments say of whom it is and as of which revision; the result is plain JSON. It is kept in
Valkey for all processes, and at hand in this one, which answers many tabs of the same team.
"""

from collections.abc import Callable, Hashable
from functools import lru_cache, wraps
from time import time
from typing import TypeVar

from django.core.cache import cache

Json = TypeVar("Json")
SECONDS = 600


def remembered(name: str) -> Callable[[Callable[..., Json]], Callable[..., Json]]:
    """Keep what a function returned, under a name that changes with the form of its results."""

    def decorate(work: Callable[..., Json]) -> Callable[..., Json]:
        @lru_cache(maxsize=256)
        def at_hand(_period: int, *args: Hashable) -> Json:
            key = ":".join(map(str, (name, *args)))
            kept: Json | None = cache.get(key)
            if kept is None:
                kept = work(*args)
                cache.set(key, kept, SECONDS)
            return kept

        @wraps(work)
        def call(*args: Hashable) -> Json:
            # What does not change with a revision is seen after that time all the same.
            return at_hand(int(time() / SECONDS), *args)

        return call

    return decorate
