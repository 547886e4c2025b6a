"""Each person's own time zone, and an expired login that htmx can follow."""

from collections.abc import Callable
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django_htmx.http import HttpResponseClientRedirect
from django_htmx.middleware import HtmxDetails

from .zones import zone_names

GetResponse = Callable[[HttpRequest], HttpResponse]


class TimeZoneMiddleware:
    """Show times in the zone of the profile, else the browser's (cookie `fluence_tz`), else UTC."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.time_zone if request.user.is_authenticated else ""
        with timezone.override(_zone(chosen or request.COOKIES.get("fluence_tz", ""))):
            return self.get_response(request)


def _zone(name: str) -> ZoneInfo:
    # A cookie is the visitor's text: only listed names may reach ZoneInfo, which reads files.
    return ZoneInfo(name if name in zone_names() else "UTC")


class HtmxLoginMiddleware:
    """Send the whole page to the login, not a login form into the piece htmx was to swap."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        htmx: HtmxDetails = request.htmx  # type: ignore[attr-defined]
        doorway = response.headers.get("Location", "").partition("?")[0]
        if not htmx or not doorway:
            return response
        if doorway not in {reverse("account_login"), reverse("account_reauthenticate")}:
            return response
        query = urlencode({"next": htmx.current_url_abs_path or reverse("home")})
        return HttpResponseClientRedirect(f"{doorway}?{query}")
