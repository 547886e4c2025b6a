"""What is refused writes one line to the log, and no trace: the panel did what it should."""

import io
import logging
from collections.abc import Callable, Iterator
from importlib import import_module
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team


@pytest.fixture
def log() -> Iterator[io.StringIO]:
    """What the panel's own handler prints, with the filters that the settings give it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    for name in settings.LOGGING["handlers"]["console"]["filters"]:
        module, _, kind = settings.LOGGING["filters"][name]["()"].rpartition(".")
        handler.addFilter(getattr(import_module(module), kind)())
    logging.getLogger().addHandler(handler)
    yield stream
    logging.getLogger().removeHandler(handler)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({}, "Forbidden (Permission denied)"),
        ({"headers": {"Host": "evil.example"}}, "Invalid HTTP_HOST header"),
    ],
)
def test_a_refused_request_is_one_line(
    extra: dict[str, Any],
    words: str,
    log: io.StringIO,
    team: Team,
    viewer: User,
    client_for: Callable[[User], Client],
) -> None:
    url = reverse("teams:audit", kwargs={"slug": team.slug})
    answer = client_for(viewer).get(url, **extra)
    assert answer.status_code in {400, 403}
    lines = [line for line in log.getvalue().splitlines() if words in line]
    assert len(lines) == 1
    assert "Traceback" not in log.getvalue()


def test_what_breaks_keeps_its_trace(log: io.StringIO) -> None:
    try:
        raise KeyError("something")
    except KeyError:
        extra = {"status_code": 500}
        logging.getLogger("django.request").exception("broken", extra=extra)
    assert "Traceback" in log.getvalue()
