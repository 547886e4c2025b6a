"""Without the queue nothing is lost, and nobody is kept waiting."""

import time
from collections.abc import Iterator

import pytest
from celery import Celery

from controlpanel.audit.actors import Actor
from controlpanel.celery import app
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock, deploy_many, settle_for
from vms.core.dispatch import task_send
from vms.models import VM, Operation


@pytest.fixture
def no_queue() -> Iterator[None]:
    """A Celery of the same settings, whose broker is at a port where nothing listens."""
    lonely = Celery("lonely", set_as_current=True)
    lonely.config_from_object("django.conf:settings", namespace="CELERY")
    lonely.conf.broker_url = "redis://127.0.0.1:1/1"  # type: ignore[misc]  # it can be set
    lonely.set_current()
    yield
    app.set_current()


@pytest.mark.usefixtures("no_queue", "catalogue", "key")
def test_several_vms_are_asked_for_at_once_and_made_when_a_worker_is_back(
    team: Team, petra: Actor, clock: Clock, django_capture_on_commit_callbacks: object
) -> None:
    began = time.perf_counter()
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        deploy_many(team, petra, "web", count=3)
    assert time.perf_counter() - began < 5
    assert set(Operation.objects.filter(kind="vm.create").values_list("state", flat=True)) == {
        "pending"
    }
    settle_for(clock, 30)
    assert VM.objects.filter(remote_id__isnull=False).count() == 3


@pytest.mark.usefixtures("no_queue")
def test_it_is_noted_in_the_servers_log(caplog: pytest.LogCaptureFixture) -> None:
    task_send("vms.tasks.poll_due")
    assert "queue out of reach" in caplog.text
