"""The page in place of one that failed: in words, and with what comes next."""

import logging
import sys

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.csrf import requires_csrf_token
from django.views.defaults import server_error as broken

from controlpanel.lib.database import DATABASE_TROUBLE, first_line, is_full
from controlpanel.lib.encryption import SecretUnreadable

logger = logging.getLogger(__name__)
RETRY_SECONDS = 10


@login_not_required
@requires_csrf_token
def server_error(request: HttpRequest) -> HttpResponse:
    """Django's handler500: 503 while the database is in trouble, 500 for anything else."""
    error = sys.exc_info()[1]
    if isinstance(error, SecretUnreadable):
        return _unreadable(request)
    if not isinstance(error, DATABASE_TROUBLE):
        return broken(request)
    logger.error("%s: the database failed: %s", request.method, first_line(error))
    context = {
        "is_full": is_full(error),
        "seconds": RETRY_SECONDS,
        "is_post": request.method == "POST",
    }
    # Without the request: what is on every other page comes from the database.
    response = render(None, "503.html", context, status=503)
    response.headers["Retry-After"] = str(RETRY_SECONDS)
    response.headers["Cache-Control"] = "no-store"
    return _is_logged(response)


def _unreadable(request: HttpRequest) -> HttpResponse:
    """Say that ENCRYPTION_KEYS were changed: second factors are kept with them."""
    logger.error("%s: ENCRYPTION_KEYS do not open what is kept: were they changed?", request.method)
    response = render(None, "503_keys.html", status=503)
    response.headers["Cache-Control"] = "no-store"
    return _is_logged(response)


def _is_logged(response: HttpResponse) -> HttpResponse:
    """Have one line say it; Django's own would come with a traceback for each request."""
    setattr(response, "_has_been_logged", True)  # noqa: B010 - not declared by Django
    return response
