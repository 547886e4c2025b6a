"""LOG_FORMAT=json: one object a line, with the ids that join lines, and without secrets."""

import io
import json
import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.observability import context
from controlpanel.observability.logs import ContextFilter, PanelJsonFormatter, SecretPathFilter
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.teams.models import Team
from tests.cast import PASSWORD
from tests.vms.deploying import deploy
from vms.models import FluenceAccount

USER_DATA = "#cloud-config\npassword: swordfish"


class Lines:
    """What was logged through the handler that the settings build for JSON."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return (json.loads(line) for line in self.text.splitlines())

    def last(self, **wanted: object) -> dict[str, Any]:
        return [line for line in self if wanted.items() <= line.items()][-1]


@pytest.fixture
def lines() -> Iterator[Lines]:
    found = Lines()
    handler = logging.StreamHandler(found.stream)
    handler.setFormatter(PanelJsonFormatter())
    handler.addFilter(ContextFilter())
    handler.addFilter(SecretPathFilter())
    names = ("", "controlpanel.observability.middleware", "django")
    before = {name: logging.getLogger(name).level for name in names}
    for name in names:
        logging.getLogger(name).setLevel(logging.DEBUG)
    logging.getLogger().addHandler(handler)
    yield found
    logging.getLogger().removeHandler(handler)
    for name, level in before.items():
        logging.getLogger(name).setLevel(level)


def test_a_line_has_time_level_logger_and_message(lines: Lines) -> None:
    logging.getLogger("vms").warning("%s of %s", 1, 2)
    line = lines.last(logger="vms")
    assert line.pop("time").endswith("+00:00")
    assert line == {"level": "WARNING", "logger": "vms", "message": "1 of 2"}


def test_an_error_keeps_its_traceback_on_the_line(lines: Lines) -> None:
    try:
        raise ValueError("odd")
    except ValueError:
        logging.getLogger("vms").exception("failed")
    assert "ValueError: odd" in lines.last(message="failed")["exc_info"]


def test_what_libraries_hang_on_a_record_stays_here(lines: Lines) -> None:
    logging.getLogger("vms").error("odd", extra={"request": "GET /invitations/swordfish/"})
    assert "swordfish" not in lines.text


@pytest.mark.django_db
def test_a_request_is_one_line_with_user_team_and_route(
    lines: Lines, client_for: Callable[[User], Client], viewer: User, team: Team
) -> None:
    response = client_for(viewer).get(reverse("vms:list", kwargs={"slug": team.slug}))
    line = lines.last(request_id=response.headers["X-Request-Id"], status=200)
    assert line["route"] == "/t/<slug:slug>/vms/"
    assert line["method"] == "GET"
    assert line["milliseconds"] >= 0
    assert line["user_id"] == str(viewer.pk)
    assert line["team_id"] == str(team.pk)


@pytest.mark.django_db
def test_a_refused_link_is_logged_without_its_token(lines: Lines) -> None:
    client = Client(enforce_csrf_checks=True)
    assert client.post("/invitations/swordfish/").status_code == 403
    assert client.put("/invitations/swordfish/").status_code in {403, 405}
    client.get("/account/password/reset/1-swordfish/")
    assert "/invitations/***/" in lines.text
    assert "swordfish" not in lines.text


@pytest.mark.usefixtures("catalogue", "key")
def test_operation_id_is_on_every_line_of_it_and_no_secret_on_any(
    lines: Lines, team: Team, petra: Actor, account: FluenceAccount
) -> None:
    with context.working_on(request_id="r-1"):
        operation = deploy(team, petra, user_data=USER_DATA)
    line = lines.last(operation_id=str(operation.pk), logger="controlpanel.fluence.transport")
    assert line["message"].startswith("POST /v2/vms: 200")
    assert line["request_id"] == "r-1"
    assert not [secret for secret in (FULL_KEY, "swordfish") if secret in lines.text]


@pytest.mark.django_db
def test_a_login_is_logged_without_password_or_session(lines: Lines, viewer: User) -> None:
    client = Client()
    for password in ("wrong-swordfish", PASSWORD):
        client.post("/account/login/", {"login": viewer.email, "password": password})
    session = client.cookies[settings.SESSION_COOKIE_NAME].value
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    assert lines.last(route="/account/login/", status=302)
    assert not [word for word in (PASSWORD, "swordfish", session, token) if word in lines.text]
