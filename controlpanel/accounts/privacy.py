"""What browsers and caches between may keep of a page, and what a page may use of a device."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.utils.cache import has_vary_header, patch_cache_control

# Pages that show what opens a door, by their names; not even the browser keeps these.
SECRETS = frozenset(
    {
        "mfa_activate_totp",
        "mfa_download_recovery_codes",
        "mfa_generate_recovery_codes",
        "mfa_view_recovery_codes",
    }
)
# Nothing but the clipboard, for the buttons that copy.
PERMISSIONS = ", ".join(
    (
        *("accelerometer=()", "autoplay=()", "bluetooth=()", "browsing-topics=()", "camera=()"),
        *("display-capture=()", "fullscreen=()", "geolocation=()", "gyroscope=()", "hid=()"),
        *("local-fonts=()", "magnetometer=()", "microphone=()", "midi=()", "payment=()"),
        *("screen-wake-lock=()", "serial=()", "usb=()", "xr-spatial-tracking=()"),
        "clipboard-read=()",
        "clipboard-write=(self)",
    )
)


class PrivacyMiddleware:
    """Keep pages of a person out of shared caches, and secrets out of all. Outside the sessions'.

    A view that says itself what may be kept has its way, but for the secrets.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS)
        match = request.resolver_match
        if match and match.view_name in SECRETS:
            response.headers["Cache-Control"] = "no-store, private"
        elif not response.has_header("Cache-Control") and has_vary_header(response, "Cookie"):
            patch_cache_control(response, private=True, no_cache=True)
        return response
