"""One subscription per process, handed on to all its open tabs."""

import asyncio
import logging
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TypeVar

from redis.asyncio import Redis
from redis.exceptions import RedisError

from .channels import CHANNEL, PERSON, READ

logger = logging.getLogger(__name__)
_Key = TypeVar("_Key", str, int)
# A connection that died without a word is noticed after this many seconds.
CHECK_SECONDS = 5
RETRY_SECONDS = 1.0
# Open streams of one person, in one process: more is no person who looks at pages.
MOST_OF_A_PERSON = 20


class TooManyStreams(Exception):
    """The person has as many streams open as they may."""


class Listener:
    """What one tab has not been told yet: the latest revision, and whether updates are paused.

    Only the latest counts: a slow tab has no backlog. `read_at` is when what its page shows was
    last read from outside, in seconds since 1970, where that is news. `doubted`: it is to be asked
    again whether the person may listen.
    """

    def __init__(self, *, paused: bool) -> None:
        self.changed = asyncio.Event()
        self.paused = paused
        self.revision: int | None = None
        self.read_at: int | None = None
        self.doubted = False

    def tell(self, *, revision: int | None = None, paused: bool | None = None) -> None:
        if revision is not None:
            self.revision = revision
        if paused is not None:
            self.paused = paused
        self.changed.set()

    def tell_read(self, at: int) -> None:
        self.read_at = at
        self.changed.set()

    def doubt(self) -> None:
        self.doubted = True
        self.changed.set()

    def take(self) -> tuple[int | None, bool]:
        """Return the revision that is new (or None) and whether updates are paused."""
        self.changed.clear()
        revision, self.revision = self.revision, None
        return revision, self.paused

    def take_read(self) -> int | None:
        """Return when the page's content was last read, if that is new."""
        at, self.read_at = self.read_at, None
        return at


class RevisionHub:
    """Listens to Valkey from the first tab on, and tells each team's tabs of its revisions."""

    def __init__(self, redis_url: str) -> None:
        self._redis_url = redis_url
        self._listeners: dict[str, set[Listener]] = defaultdict(set)
        self._people: dict[int, set[Listener]] = defaultdict(set)
        self._paused = True
        self._task: asyncio.Task[None] | None = None

    @contextmanager
    def listen(self, team_id: str, user_id: int) -> Iterator[Listener]:
        """Hear of a team's revisions while the context lasts. Call within the event loop.

        Raises TooManyStreams.
        """
        if len(self._people.get(user_id, ())) >= MOST_OF_A_PERSON:
            raise TooManyStreams
        if self._task is None:
            self._task = asyncio.create_task(self._run())
        listener = Listener(paused=self._paused)
        self._listeners[team_id].add(listener)
        self._people[user_id].add(listener)
        try:
            yield listener
        finally:
            _drop(self._listeners, team_id, listener)
            _drop(self._people, user_id, listener)

    async def close(self) -> None:
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task

    async def _run(self) -> None:
        while True:
            try:
                await self._subscribe()
            except (RedisError, OSError) as error:
                if not self._paused:
                    logger.warning("live updates paused: %s", error)
            self._set_paused(paused=True)
            await asyncio.sleep(RETRY_SECONDS)

    async def _subscribe(self) -> None:
        async with (
            Redis.from_url(self._redis_url, health_check_interval=CHECK_SECONDS) as connection,
            connection.pubsub() as pubsub,
        ):
            await pubsub.psubscribe(f"{CHANNEL}*", f"{PERSON}*", f"{READ}*")
            while True:
                message = await pubsub.get_message(timeout=CHECK_SECONDS)
                if message is None:
                    await pubsub.ping()
                elif message["type"] == "psubscribe":
                    self._set_paused(paused=False)
                elif message["type"] == "pmessage":
                    self._hand_on(message["channel"].decode(), int(message["data"]))

    def _hand_on(self, channel: str, number: int) -> None:
        if channel.startswith(PERSON):
            for listener in self._people.get(int(channel.removeprefix(PERSON)), ()):
                listener.doubt()
        elif channel.startswith(READ):
            for listener in self._listeners.get(channel.removeprefix(READ), ()):
                listener.tell_read(number)
        else:
            for listener in self._listeners.get(channel.removeprefix(CHANNEL), ()):
                listener.tell(revision=number)

    def _set_paused(self, *, paused: bool) -> None:
        if paused == self._paused:
            return
        self._paused = paused
        for listeners in self._listeners.values():
            for listener in listeners:
                listener.tell(paused=paused)


def _drop(kept: dict[_Key, set[Listener]], key: _Key, listener: Listener) -> None:
    kept[key].discard(listener)
    if not kept[key]:
        del kept[key]
