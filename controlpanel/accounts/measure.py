"""A person whose requests are refused again and again, as those of a program gone wrong."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from controlpanel.lib import rates

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
# What was asked for was not there, or not theirs to change. A form to correct (422) is not meant:
# nothing is kept of it, while each of these writes to a log.
REFUSED = frozenset({400, 403, 404, 409})
MOST_AN_HOUR = 120


class RefusalsMiddleware:
    """After so many refusals within an hour no more changes of that person are taken in it."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in SAFE or not request.user.is_authenticated:
            return self.get_response(request)
        person = request.user.pk
        if rates.counted("refused", person) >= MOST_AN_HOUR:
            return too_much(request)
        response = self.get_response(request)
        if response.status_code in REFUSED:
            rates.count("refused", person)
        return response


def too_much(request: HttpRequest) -> HttpResponse:
    """Say that there were too many, and when there may be more."""
    response = render(request, "429.html", status=429)
    response.headers["Retry-After"] = str(rates.seconds_left())
    return response
