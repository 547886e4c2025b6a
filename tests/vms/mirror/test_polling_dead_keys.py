"""Dead keys, whose calls hang until they time out, do not delay the others: with a real worker."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from itertools import pairwise
from threading import Event, Thread
from time import monotonic
from uuid import uuid4

import pytest
from celery import current_app
from celery.contrib.testing.worker import start_worker
from django.db import connection
from django.test import override_settings
from django.utils import timezone

from controlpanel.simulator import listing
from controlpanel.simulator.accounts import KEYS, READ_SCOPES, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.simulator.world import Exchange
from controlpanel.teams.models import Team
from tests.vms.rows import cluster_row, vm_rows
from vms.core import lanes
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.django_db(transaction=True)
DEAD = 40
# Of a call to Fluence; more than what makes a key slow.
TIMEOUT = 2.5


def account_of(slug: str) -> FluenceAccount:
    """A team with a connected account and one VM that launches."""
    KEYS[slug] = ApiKey(str(uuid4()), READ_SCOPES)
    team = Team.objects.create(slug=slug, name=slug)
    vm = vm_rows(team, 1, prefix=slug, status="launching", created_at=timezone.now())[0]
    assert vm.account
    vm.account.set_api_key(slug)
    vm.account.reconcile_after = timezone.now() + timedelta(days=1)
    vm.account.save()
    VM.objects.filter(pk=vm.pk).update(poll_after=timezone.now(), remote_id=str(uuid4()))
    return vm.account


@pytest.fixture(autouse=True)
def root_logger_as_before() -> Iterator[None]:
    """A worker takes the root logger over, and tests after this one look at what is logged."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    yield
    root.setLevel(level)
    root.handlers[:] = handlers


@contextmanager
def beating() -> Iterator[None]:
    """Do what beat does, twice a second."""
    stop = Event()

    def run() -> None:
        while not stop.wait(0.5):
            current_app.send_task("vms.tasks.poll_due")

    thread = Thread(target=run)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def test_many_dead_keys_do_not_delay_one_that_is_well(
    sim: RunningSimulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    cluster_row()
    dead = {account_of(f"dead-{number}").pk for number in range(DEAD)}
    # As after their first calls, each of which holds a thread once.
    monkeypatch.setattr(lanes, "_slow", set(dead))
    well = VM.objects.get(account=account_of("well"))
    asked: list[float] = []
    over = Event()

    def hang_or_note(exchange: Exchange) -> None:
        if well.remote_id in listing.several(exchange.query, "ids"):
            asked.append(monotonic())
        else:
            over.wait(TIMEOUT + 1)

    well.refresh_from_db()
    sim.world.observers.append(hang_or_note)
    try:
        with (
            override_settings(FLUENCE_READ_TIMEOUT=TIMEOUT),
            start_worker(current_app, pool="threads", concurrency=20, perform_ping_check=False),
            beating(),
        ):
            Event().wait(4 * TIMEOUT)
    finally:
        over.set()
        lanes.READS.drop_waiting()
        while lanes.READS._busy:
            Event().wait(0.05)
        connection.close()
    gaps = [after - before for before, after in pairwise(asked)]
    assert len(asked) >= 3
    # Every 2 s by its age, half a second of beat, and a busy machine.
    assert max(gaps) < 2.3 + 0.5 + 1.0
    failed = FluenceAccount.objects.filter(pk__in=dead, health="unreachable")
    assert failed.count() > 6, "they are tried, and shown as what they are"
