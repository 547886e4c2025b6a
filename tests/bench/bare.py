"""A bare view of the panel: the least that a page for somebody logged in can be."""

from django.http import HttpRequest, HttpResponse


def authed(request: HttpRequest) -> HttpResponse:
    """The session, and the person by one query."""
    return HttpResponse(f"Hello {request.user}")
