"""What the caches do with calls, and with what they keep."""

import pickle
from collections.abc import Iterator
from decimal import Decimal

import pytest
from django.core.cache.backends.redis import RedisCache
from redis import Redis

from controlpanel.lib.cache import CacheOutage, JSONSerializer, ValkeyCache
from tests.losing_parts.servers import Valkey

# Nothing here or in the libraries calls them: they would fail while Valkey is away.
UNGUARDED = {"get_backend_timeout", "get_many", "set_many", "delete_many", "clear"}


def test_every_other_call_of_djangos_cache_is_guarded() -> None:
    calls = {name for name in vars(RedisCache) if not name.startswith("_")}
    assert calls - set(vars(ValkeyCache)) == UNGUARDED


class Ran:
    """Pickled, it writes down that it was run."""

    def __reduce__(self) -> tuple[object, tuple[object, ...]]:
        return ran.append, ("yes",)


ran: list[str] = []


def test_what_somebody_put_into_valkey_runs_nothing() -> None:
    assert JSONSerializer().loads(pickle.dumps(Ran())) is None
    assert ran == []


@pytest.mark.parametrize("value", [0, -7, True, None, "é", 1.5, [1, "2"], {"a": [None, {}]}])
def test_values_come_back_as_they_were(value: object) -> None:
    kept = JSONSerializer().dumps(value)
    found = JSONSerializer().loads(kept if isinstance(kept, bytes) else str(kept).encode())
    assert (found, type(found)) == (value, type(value))


def test_amounts_are_exact() -> None:
    kept = JSONSerializer().dumps([Decimal("0.10"), Decimal("1E-10")])
    assert isinstance(kept, bytes)
    assert [Decimal(each) for each in JSONSerializer().loads(kept)] == [
        Decimal("0.10"),
        Decimal("1E-10"),
    ]


@pytest.fixture
def url() -> Iterator[str]:
    with Valkey() as running:
        yield f"{running.url}/0"


def test_what_is_kept_is_json(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ValkeyCache, "outage", CacheOutage("test"))
    cache = ValkeyCache(url, {})
    cache.set("a", {"b": [1, "2"]}, 60)
    client = Redis.from_url(url)
    (key,) = client.keys()
    assert client.get(key) == b'{"b": [1, "2"]}'
    client.set(key, pickle.dumps(Ran()))
    assert cache.get("a") is None
    assert ran == []
    assert cache.add("n", 1, 60)
    assert cache.incr("n") == 2
