"""Sessions whose keys are kept as hashes: who reads database, Valkey or a backup is nobody by it.

The browser alone has the key. Both tables that name sessions, Django's and allauth's, and the
cache know its hash; the columns do the hashing, so that whoever asks for a key finds it.
"""

from hashlib import sha256
from typing import Any

from django.contrib.sessions.backends.cached_db import SessionStore as CachedStore
from django.db.models import CharField, Model


class StoredKey(str):
    """The hash of a session's key; equal to the key that it is of.

    A type of its own, for a browser that sends a hash as its key must not be taken at its word.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, str) and str.__eq__(self, str(stored(other)))

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = str.__hash__


def stored(key: str) -> StoredKey:
    """Return what is kept of a key. It has 160 bits by chance: no salt and no stretching."""
    if isinstance(key, StoredKey):
        return key
    return StoredKey(sha256(key.encode()).hexdigest()[:40])


class StoredKeyField(CharField):  # type: ignore[type-arg]  # not subscriptable at run time
    """A column of session keys, which are hashed on their way in."""

    def get_prep_value(self, value: Any) -> Any:  # noqa: ANN401
        return str(stored(value)) if isinstance(value, str) else super().get_prep_value(value)

    def from_db_value(self, value: str | None, *_: object) -> StoredKey | None:
        return None if value is None else StoredKey(value)

    def deconstruct(self) -> Any:  # noqa: ANN401
        """As the column it stands in for: the table's owner has no migration for it."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.CharField", args, kwargs


def keys_hash(*models: type[Model]) -> None:
    """Let the `session_key` of models of other packages keep hashes."""
    for model in models:
        model._meta.get_field("session_key").__class__ = StoredKeyField


class SessionStore(CachedStore):
    """Django's cached sessions; in the cache, too, they lie under the hash."""

    @property
    def cache_key(self) -> str:
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]  # a stub lacks it
        return f"{self.cache_key_prefix}{stored(key)}"

    async def acache_key(self) -> str:
        key = await self._aget_or_create_session_key()  # type: ignore[attr-defined]
        return f"{self.cache_key_prefix}{stored(key)}"

    def exists(self, session_key: str | None) -> bool:
        return bool(session_key and super().exists(stored(session_key)))

    async def aexists(self, session_key: str | None) -> bool:
        return bool(session_key and await super().aexists(stored(session_key)))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(stored(key))

    async def adelete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            await super().adelete(stored(key))
