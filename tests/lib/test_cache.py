from django.core.cache.backends.redis import RedisCache

from controlpanel.lib.cache import ValkeyCache

# Nothing here or in the libraries calls them: they would fail while Valkey is away.
UNGUARDED = {"get_backend_timeout", "get_many", "set_many", "delete_many", "clear"}


def test_every_other_call_of_djangos_cache_is_guarded() -> None:
    calls = {name for name in vars(RedisCache) if not name.startswith("_")}
    assert calls - set(vars(ValkeyCache)) == UNGUARDED
