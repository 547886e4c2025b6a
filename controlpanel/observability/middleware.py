"""The outermost middleware: each request gets an id, is timed, and says where it was for."""

import logging
import re
from collections.abc import Callable
from time import perf_counter
from uuid import uuid4

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from .context import bind, working_on
from .metrics import REQUEST_SECONDS

logger = logging.getLogger(__name__)
# What an audit entry holds, and nothing that could break out of a log line.
ACCEPTABLE = re.compile(r"[\w.:+/=-]{1,40}", re.ASCII)

# Asked every few seconds by machines.
PROBES = frozenset({"healthz", "readyz", "metrics"})


class RequestMiddleware:
    """Name each request by an id: in its answer, its log lines, its audit entries and its tasks.

    With REQUEST_ID_HEADER a proxy's own id is taken. Where PUBLIC_URL has a path, a proxy may
    pass it on or cut it off: from here on `request.path` has it and `path_info` has not.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix: str = settings.FORCE_SCRIPT_NAME or ""
        if prefix:
            if request.path_info.startswith(f"{prefix}/"):
                request.path_info = request.path_info.removeprefix(prefix)
            request.path = prefix + request.path_info
        request_id = _id_of_proxy(request) or uuid4().hex
        with working_on(request_id=request_id):
            began = perf_counter()
            response = self.get_response(request)
            _note(request, response, perf_counter() - began)
        response.headers["X-Request-Id"] = request_id
        return response


def _id_of_proxy(request: HttpRequest) -> str:
    name: str = settings.REQUEST_ID_HEADER
    given = request.headers.get(name, "") if name else ""
    return given if ACCEPTABLE.fullmatch(given) else ""


def _note(request: HttpRequest, response: HttpResponse, seconds: float) -> None:
    match = request.resolver_match
    # The route, not the path: that may hold the token of an invitation.
    view, route = (match.view_name, f"/{match.route}") if match else ("none", "none")
    method = request.method if request.method in {"GET", "HEAD", "POST"} else "other"
    REQUEST_SECONDS.labels(view or "none", method, response.status_code).observe(seconds)
    # Only if it was loaded: to ask the database now would make every failure of it two.
    user = getattr(request, "_cached_user", None)
    if user is not None and user.is_authenticated:
        bind(user_id=user.pk)
    logger.log(
        logging.DEBUG if view in PROBES else logging.INFO,
        "%s %s: %s",
        method,
        route,
        response.status_code,
        extra={
            "method": method,
            "route": route,
            "status": response.status_code,
            "milliseconds": round(seconds * 1000),
        },
    )
