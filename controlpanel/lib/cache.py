"""Caches in Valkey that may be away: pages go on without what was remembered there.

Valkey is only ever a help: sessions are in the database as well, counts can be counted again. So
while it is away something else stands in, and nobody waits for it on every page.
"""

import json
from typing import Any

from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.core.cache.backends.dummy import DummyCache
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache
from django.core.serializers.json import DjangoJSONEncoder
from redis.backoff import NoBackoff
from redis.exceptions import RedisError
from redis.retry import Retry

from .outage import Outage

# A page must not wait for a Valkey that is slow or gone.
PATIENCE_SECONDS = 0.5
WRITES = frozenset({"add", "set", "touch", "delete", "incr"})


class JSONSerializer:
    """Values as JSON: unlike Django's pickles, what somebody puts into Valkey runs nothing here."""

    def dumps(self, value: Any) -> bytes | int:  # noqa: ANN401
        """Whole numbers stay as they are, so that Valkey can count with them."""
        return value if type(value) is int else json.dumps(value, cls=DjangoJSONEncoder).encode()

    def loads(self, data: bytes) -> Any:  # noqa: ANN401
        """What is not JSON, such as what an earlier release left, is as if it were not there."""
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            return None


class CacheOutage(Outage):
    """An outage that also remembers whether Valkey may hold what is not true any more."""

    # Nobody knows what a process missed that has died.
    has_missed_writes = True

    def end(self) -> None:
        super().end()
        self.has_missed_writes = False


class ValkeyCache(RedisCache):
    """Django's cache in Valkey; while that is away, one in the memory of each process.

    The counts of login attempts are here: without Valkey each process keeps its own, so that
    guessing passwords stays slow.
    """

    outage = CacheOutage("cache")

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        options = {
            "socket_timeout": PATIENCE_SECONDS,
            "socket_connect_timeout": PATIENCE_SECONDS,
            "retry": Retry(NoBackoff(), 1),
            "serializer": JSONSerializer,
            **params.get("OPTIONS", {}),
        }
        super().__init__(server, {**params, "OPTIONS": options})
        self._stand_in = self.stand_in()

    def stand_in(self) -> BaseCache:
        return LocMemCache("valkey-is-away", {})

    def add(
        self,
        key: str,
        value: Any,  # noqa: ANN401
        timeout: Any = DEFAULT_TIMEOUT,  # noqa: ANN401
        version: int | None = None,
    ) -> bool:
        return bool(self._do("add", key, value, timeout, version))

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:  # noqa: ANN401
        return self._do("get", key, default, version)

    def set(
        self,
        key: str,
        value: Any,  # noqa: ANN401
        timeout: Any = DEFAULT_TIMEOUT,  # noqa: ANN401
        version: int | None = None,
    ) -> None:
        self._do("set", key, value, timeout, version)

    def touch(
        self,
        key: str,
        timeout: Any = DEFAULT_TIMEOUT,  # noqa: ANN401
        version: int | None = None,
    ) -> bool:
        return bool(self._do("touch", key, timeout, version))

    def delete(self, key: str, version: int | None = None) -> bool:
        return bool(self._do("delete", key, version))

    def has_key(self, key: str, version: int | None = None) -> bool:
        return bool(self._do("has_key", key, version))

    def incr(self, key: str, delta: int = 1, version: int | None = None) -> int:
        return int(self._do("incr", key, delta, version))

    def _do(self, name: str, *args: Any) -> Any:  # noqa: ANN401
        if not self.outage.lasts:
            try:
                self._come_back()
                answer = getattr(super(), name)(*args)
            except RedisError as error:
                self.outage.begin(error)
            else:
                self.outage.end()
                return answer
        self.outage.has_missed_writes |= name in WRITES
        return getattr(self._stand_in, name)(*args)

    def _come_back(self) -> None:
        """What Valkey kept is as good as ever: nothing in this cache is wrong for being old."""


class SessionCache(ValkeyCache):
    """Sessions in front of those in the database; while Valkey is away the database is asked.

    A session that ended meanwhile must not come back with Valkey, so this database of it is
    emptied once something could not be written there.
    """

    outage = CacheOutage("sessions")

    def stand_in(self) -> BaseCache:
        return DummyCache("valkey-is-away", {})

    def _come_back(self) -> None:
        if self.outage.has_missed_writes:
            self.clear()
