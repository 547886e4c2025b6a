"""A stream of the test's own, which asks pages over real HTTP."""

from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from django.conf import settings
from pytest_django.live_server_helper import LiveServer

from controlpanel.live.hub import RevisionHub
from controlpanel.live.listening import Pages
from controlpanel.live.streams import Streams

# ASGI, as the tests speak it: with dictionaries of their own.
Application = Callable[[Any, Any, Any], Coroutine[Any, Any, None]]


@pytest.fixture
def hub() -> RevisionHub:
    """A hub of this test's own event loop."""
    return RevisionHub(settings.REDIS_URL)


@pytest.fixture
def pages(live_server: LiveServer) -> Pages:
    return Pages(live_server.url.removeprefix("http://"))


@pytest.fixture
def application(hub: RevisionHub, pages: Pages) -> Application:
    return Streams(hub, pages)
