"""Where the time of a bare view for somebody logged in goes, by layer, within one process."""

import cProfile
import pstats
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.test import RequestFactory

from controlpanel.accounts.models import User

from .figures import Figure
from .server import cookie_of

REQUESTS = 500
# By what stands in the path of a file, or in the name of what is built in; the first that fits.
LAYERS = {
    "database": ("psycopg", "/django/db/", "/lib/prepared.py", "/lib/database"),
    "sessions": ("/sessions", "/redis/", "/core/cache/", "/lib/cache.py", "/json/", "_hashlib"),
    "observability": ("/observability/", "/prometheus_client/", "/logging/"),
    "accounts": ("/allauth/", "/contrib/auth/", "/controlpanel/accounts/"),
    "panel": ("/controlpanel/", "/vms/", "/tests/"),
    "protection": ("/csp/", "csrf", "/middleware/security", "clickjacking"),
    "django": ("/django/", "/django_htmx/", "/asgiref/"),
}


def layer_figures(owner: User) -> Iterator[Figure]:
    """Yield the share of each layer, in percent of all: its own time, without what it calls."""
    cookie = cookie_of(owner)
    profile = cProfile.Profile()
    ask = _asker(cookie)
    for _ in range(20):
        ask()
    profile.enable()
    for _ in range(REQUESTS):
        ask()
    profile.disable()
    times: dict[str, float] = defaultdict(float)
    for (path, _line, name), (_, _, own, *_rest) in _stats(profile).items():
        times[_layer(f"{path} {name}")] += own
    total = sum(times.values())
    for layer in (*LAYERS, "python"):
        yield Figure(f"layer_{layer}", times[layer] / total * 100, "%")


def _asker(cookie: str) -> Any:  # noqa: ANN401
    handler, factory = WSGIHandler(), RequestFactory(headers={"host": settings.ALLOWED_HOSTS[0]})

    def ask() -> None:
        environ = factory.get("/bench/authed/", headers={"cookie": cookie}).environ
        answer = handler(environ, lambda *_: None)  # type: ignore[arg-type]
        list(answer)
        answer.close()

    return ask


def _stats(profile: cProfile.Profile) -> dict[tuple[str, int, str], tuple[Any, ...]]:
    stats: dict[tuple[str, int, str], tuple[Any, ...]] = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    return stats


def _layer(where: str) -> str:
    found = (name for name, marks in LAYERS.items() if any(mark in where for mark in marks))
    return next(found, "python")
