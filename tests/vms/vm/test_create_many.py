"""Deploying up to a hundred VMs: few statements, good names, and failures that are told apart."""

from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, Clock, deploy_many, entry_of, log_of, settle, settle_for
from vms.batch.selectors import batch_progress
from vms.batch.services import batch_retry
from vms.core.errors import NotAllowedNow
from vms.models import VM
from vms.operations.engine import operation_run

pytestmark = pytest.mark.usefixtures("catalogue", "key")
CLOUD_INIT = "#cloud-config\n"


def test_a_hundred_are_begun_in_as_many_statements_as_two(team: Team, petra: Actor) -> None:
    def statements(count: int) -> int:
        with CaptureQueriesContext(connection) as captured:
            deploy_many(team, petra, f"of-{count}", count=count)
        return len(captured)

    few = statements(2)
    # SQLite takes only so many values at once.
    more = 0 if connection.vendor == "postgresql" else 30
    assert statements(100) <= few + more
    assert VM.objects.count() == 102
    assert log_of(team, "vm.create") == ["vm.create requested"] * 102
    assert chain_verify(team.pk)[1] is None


def test_a_worker_needs_few_statements_for_each(team: Team, petra: Actor) -> None:
    operations = deploy_many(team, petra, "web", count=2)
    with CaptureQueriesContext(connection) as captured:
        assert operation_run(operations[0].pk, patient=True).state == "succeeded"
    assert len(captured) <= 15


def test_money_that_runs_out_half_way_is_told_and_the_rest_can_be_retried(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    operations = deploy_many(team, petra, "web", count=5)
    batch = operations[0].batch
    assert batch
    account = next(each for each in sim.world.state.accounts.values() if each.balance > 300)
    settle_first = operations[:2]
    for operation in settle_first:
        operation_run(operation.pk, patient=True)
    account.balance, had = Decimal("0.001"), account.balance
    settle_for(clock, 15)
    progress = batch_progress(batch)
    assert (progress.succeeded, progress.failed, progress.total) == (2, 3, 5)
    assert "balance of the Fluence account does not cover" in progress.operations[4].message
    made = len(sim.requests(CREATE))

    account.balance = had
    assert batch_retry(batch=batch, actor=petra) == []
    settle_for(clock, 15)
    assert len(sim.requests(CREATE)) == made + 3
    progress = batch_progress(batch)
    assert (progress.succeeded, progress.total) == (5, 5)
    assert sorted(VM.objects.values_list("name", flat=True)) == [f"web-{n}" for n in range(1, 6)]
    assert log_of(team, "batch.retry") == ["batch.retry requested"]


def test_a_retry_with_cloud_init_asks_for_the_text_again(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    batch = deploy_many(team, petra, "web", count=2, user_data=CLOUD_INIT)[0].batch
    assert batch
    sim.faults.add("status", operation=CREATE, status=422, times=1)
    settle_for(clock, 15)
    assert batch_progress(batch).failed == 1
    with pytest.raises(NotAllowedNow, match="cloud-init text is wiped"):
        batch_retry(batch=batch, actor=petra)
    assert batch_retry(batch=batch, actor=petra, user_data=CLOUD_INIT) == []
    again = batch_progress(batch).operations[0]
    assert again.reveal_secret() == CLOUD_INIT
    assert CLOUD_INIT not in str(again.request)
    assert (
        "14 bytes, HMAC-SHA-256"
        in entry_of(team, "vm.create", "requested").changes["cloud_init"][1]
    )
    clock.advance(15)
    settle()
    assert batch_progress(batch).succeeded == 2
    assert set(VM.objects.values_list("has_cloud_init", flat=True)) == {True}
