"""The stream of server-sent events, beside the pages.

Those would keep a thread for each answer until it ends, and these answers last as long as a tab is
looked at.
"""

import asyncio
import logging
import re
from collections.abc import Awaitable, Callable
from functools import partial
from random import randint
from time import monotonic

from asgiref.typing import ASGIReceiveCallable, ASGISendCallable, HTTPScope, Scope

from .hub import Listener, RevisionHub, TooManyStreams
from .listening import Listens, Pages, PagesAway

logger = logging.getLogger(__name__)
EVENTS = re.compile(r"/t/[-\w]+/events/$", re.ASCII)
# Proxies close connections that are silent for longer.
KEEP_ALIVE_SECONDS = 20.0
# A stream ends now and then, so that the next one asks again who is looking.
LIFETIME_SECONDS = 600.0
# Changes that come close together are told together.
GATHER_SECONDS = 0.25
# What ends a session tells so just before it is ended in the cache, too.
DOUBT_SECONDS = 1.0
Asking = Callable[[], Awaitable[Listens | None]]


class Streams:
    """The ASGI application: `…/events/`, and `/healthz` for whoever looks whether it is well."""

    def __init__(self, hub: RevisionHub, pages: Pages) -> None:
        self._hub = hub
        self._pages = pages

    async def __call__(
        self, scope: Scope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        if scope["type"] != "http":
            return
        if EVENTS.search(scope["path"]):
            await self._answer(scope, receive, send)
        elif scope["path"] == "/healthz":
            await _say(send, 200, b"ok")
        else:
            await _say(send, 404, b"Only streams are here.")

    async def _answer(
        self, scope: HTTPScope, receive: ASGIReceiveCallable, send: ASGISendCallable
    ) -> None:
        # In one of a few shared threads, free again before the stream begins.
        asking = partial(asyncio.to_thread, self._pages.who, scope["path"], scope["headers"])
        try:
            who = await asking()
        except PagesAway as error:
            # The tab falls to slow polling, and comes back by itself.
            logger.error("live updates: the pages do not say who listens: %s", error)
            await _say(send, 503, b"Try again in a moment.")
            return
        if who is None:
            await _say(send, 404, b"No such team.")
            return
        try:
            with self._hub.listen(who.team, who.person) as listener:
                await _start(send, status=200, content_type=b"text/event-stream")
                await _stream(listener, asking, receive, send)
        except TooManyStreams:
            await _say(send, 429, b"Close some of the panel's windows.")


async def _say(send: ASGISendCallable, status: int, words: bytes) -> None:
    await _start(send, status=status, content_type=b"text/plain")
    await send({"type": "http.response.body", "body": words, "more_body": False})


async def _start(send: ASGISendCallable, *, status: int, content_type: bytes) -> None:
    headers = [
        (b"content-type", content_type),
        (b"cache-control", b"no-store"),
        (b"x-accel-buffering", b"no"),
        (b"x-content-type-options", b"nosniff"),
    ]
    await send(
        {"type": "http.response.start", "status": status, "headers": headers, "trailers": False}
    )


async def _stream(
    listener: Listener,
    asking: Asking,
    receive: ASGIReceiveCallable,
    send: ASGISendCallable,
) -> None:
    """Send what the listener hears until the tab goes away, its lifetime or its right is over."""
    gone = asyncio.create_task(_disconnected(receive))
    ends_at = monotonic() + LIFETIME_SECONDS
    try:
        # Not all at once, when this process is started anew.
        await _send(send, f"retry: {randint(500, 5000)}\n\n" + _state(listener))  # noqa: S311
        while not gone.done() and monotonic() < ends_at:
            heard = asyncio.create_task(listener.changed.wait())
            await asyncio.wait(
                {gone, heard}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            heard.cancel()
            if listener.doubted and not await _may_stay(listener, asking):
                break
            if not gone.done():
                await _send(send, _state(listener) if listener.changed.is_set() else ":\n\n")
                await asyncio.sleep(GATHER_SECONDS)
    finally:
        gone.cancel()
    await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _may_stay(listener: Listener, asking: Asking) -> bool:
    """Ask again who listens, once whatever raised the doubt is done with."""
    await asyncio.sleep(DOUBT_SECONDS)
    listener.doubted = False
    try:
        return await asking() is not None
    except PagesAway:
        return False  # the tab comes back and is asked then


def _state(listener: Listener) -> str:
    """Return the events that bring a tab up to date; `ready` makes it ask what it has missed."""
    read_at = listener.take_read()
    read = f"event: read\ndata: {read_at}\n\n" if read_at else ""
    revision, paused = listener.take()
    if paused:
        return "event: paused\ndata:\n\n"
    if revision is None:
        return read or "event: ready\ndata:\n\n"
    return f"{read}event: revision\ndata: {revision}\n\n"


async def _send(send: ASGISendCallable, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _disconnected(receive: ASGIReceiveCallable) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
