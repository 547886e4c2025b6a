import os
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.middleware import TimeZoneMiddleware
from controlpanel.accounts.models import User


def zone_seen(user: User, cookie: str = "") -> str:
    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(timezone.get_current_timezone_name())

    request = RequestFactory().get("/")
    request.user = user
    if cookie:
        request.COOKIES["fluence_tz"] = cookie
    return TimeZoneMiddleware(view)(request).content.decode()


def test_the_profile_wins_over_the_browser() -> None:
    assert zone_seen(User(time_zone="Asia/Tokyo"), cookie="Europe/Berlin") == "Asia/Tokyo"


def test_without_a_choice_the_browser_tells() -> None:
    assert zone_seen(User(), cookie="Europe/Berlin") == "Europe/Berlin"


@pytest.mark.parametrize("cookie", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime"])
def test_what_is_no_zone_is_utc(cookie: str) -> None:
    assert zone_seen(User(), cookie=cookie) == "UTC"


def test_the_zone_does_not_stay_for_the_next_request() -> None:
    zone_seen(User(time_zone="Asia/Tokyo"))
    assert timezone.get_current_timezone_name() == "UTC"


def test_name_and_zone_are_kept(owner: User, client_for: Callable[[User], Client]) -> None:
    client = client_for(owner)
    answer = client.post(reverse("profile"), {"name": "Olga N.", "time_zone": "Europe/Lisbon"})
    assert answer.status_code == 302
    owner.refresh_from_db()
    assert (owner.name, owner.time_zone) == ("Olga N.", "Europe/Lisbon")


def test_a_zone_nobody_knows_is_refused(owner: User, client_for: Callable[[User], Client]) -> None:
    client = client_for(owner)
    answer = client.post(reverse("profile"), {"name": "Olga", "time_zone": "Mars/Olympus"})
    assert "Choose a time zone from the list" in answer.content.decode()
    owner.refresh_from_db()
    assert owner.time_zone == ""


@pytest.mark.parametrize("old", ["Asia/Calcutta", "US/Pacific"])
def test_an_old_name_is_known_where_the_system_has_none(old: str) -> None:
    """As in slim images: what Python itself brings has to do."""
    program = f"from zoneinfo import ZoneInfo; print(ZoneInfo({old!r}))"
    environment = {**os.environ, "PYTHONTZPATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", program], env=environment, capture_output=True, text=True
    )
    assert done.stdout.strip() == old, done.stderr
    base = Path(settings.BASE_DIR, "requirements", "base.txt").read_text()
    assert re.search(r"^tzdata==[\d.]+ \\$", base, re.MULTILINE), "for every system"
