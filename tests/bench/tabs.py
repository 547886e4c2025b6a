"""Open tabs: they hold a stream of server-sent events, and ask for what changed, as a page does."""

import asyncio
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from .load import Connection
from .server import Web

# What the page's poller asks for next.
SINCE = re.compile(rb"since=(\d+)")


class Tab:
    """One open list of a team's VMs."""

    def __init__(self, web: Web, team_slug: str, cookie: str = "") -> None:
        """`cookie` says who looks; by default it is the web's own person."""
        self._web = web
        self._cookie = cookie or web.cookie
        self._path = f"/t/{team_slug}/vms/"
        self._events = f"/t/{team_slug}/events/"

    async def follow(self, shown: Callable[[int], None], since: int = 0) -> None:
        """Tell the revision that the tab shows, each time that it has got the changed rows."""
        async for event, _ in self.events():
            if event == "paused":
                continue
            # The server closes connections that are idle for a while.
            async with self._connection() as changes:
                path = f"{self._path}changes/?since={since}"
                answer = await changes.get(path, {"HX-Request": "true"})
            if found := SINCE.search(answer.body):
                since = int(found[1])
                shown(since)
            elif answer.status == 200:  # so much has changed that the page is read anew
                raise RuntimeError("the tab was told to read its page anew")

    async def events(self) -> AsyncIterator[tuple[str, str]]:
        """Yield the stream's events, as name and data; it ends when the server ends it."""
        async with self._connection() as stream:
            await stream.ask(self._events, {})
            await stream.reader.readuntil(b"\r\n\r\n")
            name = ""
            # Between the lines stand the sizes of HTTP's chunks.
            while line := (await stream.reader.readline()).decode():
                if line.startswith("event:"):
                    name = line.removeprefix("event:").strip()
                elif line.startswith("data:"):
                    yield name, line.removeprefix("data:").strip()

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        connection = await Connection.open(self._web.host, self._web.port, self._cookie)
        try:
            yield connection
        finally:
            connection.close()


async def cancelled(tasks: list["asyncio.Task[None]"]) -> None:
    """End tasks that would go on for ever; raise what one has failed with."""
    for task in tasks:
        task.cancel()
    for outcome in await asyncio.gather(*tasks, return_exceptions=True):
        if isinstance(outcome, Exception):
            raise outcome
