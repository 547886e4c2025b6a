"""Where a team's stream of events lies: in front of Django, so that no URLconf knows it."""

import re

from django.urls import get_script_prefix

EVENTS = re.compile(r"/t/(?P<slug>[-\w]+)/events/$")


def events_path(slug: str) -> str:
    """Return the address of a team's stream, as its pages ask for it."""
    return f"{get_script_prefix()}t/{slug}/events/"
