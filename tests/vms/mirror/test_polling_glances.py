"""Polling reads only answers that say something new, and trusts only rows that it knows."""

from collections.abc import Iterator

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import LAUNCH, Clock, deploy, poll
from vms import tasks
from vms.core.revisions import revision_raise
from vms.mirror import polling
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

from .test_polling_calls import multiply

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("catalogue", "key", "unhurried"),
]


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The ids of the VMs whose answers were read."""
    found: list[str] = []
    original = fluence.Glance.read

    def noted(glance: fluence.Glance[fluence.VM]) -> fluence.VM:
        found.append(glance.id)
        return original(glance)

    monkeypatch.setattr(fluence.Glance, "read", noted)
    return found


@pytest.fixture
def known(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, read: list[str]
) -> Iterator[VM]:
    """A VM that stays new, and whose answer has been read."""
    deploy(team, petra)
    next(iter(sim.world.state.vms.values())).due_at = None
    poll(account)
    read.clear()
    yield VM.objects.get()
    polling._known.clear()


def test_an_answer_that_says_nothing_new_is_not_read_and_the_next_poll_is_planned(
    account: FluenceAccount, known: VM, read: list[str]
) -> None:
    assert poll(account) == 0
    assert read == []
    known.refresh_from_db()
    assert known.poll_after
    assert known.poll_after > timezone.now()


def test_a_row_that_somebody_else_has_changed_is_compared_anew(
    team: Team, account: FluenceAccount, known: VM, read: list[str]
) -> None:
    VM.objects.update(name="mistaken", revision=revision_raise(team.pk))
    assert poll(account) == 1
    assert read == [known.remote_id]
    assert VM.objects.get().name == "web-1"


def test_one_that_was_missing_is_read_when_it_is_back(
    account: FluenceAccount, sim: RunningSimulator, known: VM, read: list[str]
) -> None:
    kept = dict(sim.world.state.vms)
    sim.world.state.vms.clear()
    poll(account)
    assert VM.objects.get().absent_since
    sim.world.state.vms.update(kept)
    poll(account)
    assert read == [known.remote_id]
    assert VM.objects.get().absent_since is None


def test_one_that_is_settled_is_forgotten(
    account: FluenceAccount, sim: RunningSimulator, clock: Clock, known: VM
) -> None:
    assert known.remote_id in polling._known[account.pk]
    next(iter(sim.world.state.vms.values())).status = "launched"
    poll(account)
    assert VM.objects.get().status == "launched"
    assert polling._known[account.pk] == {}


def test_100_changes_take_as_few_statements_as_3_and_leave_the_chain_whole(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    def statements_for(count: int) -> int:
        VM.objects.update(status="launching", poll_after=timezone.now())
        some = VM.objects.order_by("pk").values_list("pk", flat=True)[:count]
        VM.objects.exclude(pk__in=list(some)).update(poll_after=None)
        polling._known.clear()
        with CaptureQueriesContext(connection) as queries:
            assert poll(account) == count
        return len(queries)

    deploy(team, petra)
    multiply(sim, 100)
    clock.advance(LAUNCH)
    account_reconcile(account.pk)
    before = AuditEntry.objects.count()
    few, many = statements_for(3), statements_for(100)
    # SQLite takes a thousand values at a time.
    assert many <= few + (8 if connection.vendor == "sqlite" else 0)
    assert AuditEntry.objects.count() == before + 103
    assert chain_verify(team.pk)[1] is None


def test_what_an_account_answered_is_forgotten_once_it_has_nothing_to_ask(
    account: FluenceAccount, known: VM
) -> None:
    polling.answers_forget()
    assert polling._known[account.pk], "its VM is launching"
    VM.objects.update(poll_after=None)
    polling.answers_forget()
    assert account.pk not in polling._known


def test_and_with_the_account_itself(account: FluenceAccount, known: VM) -> None:
    VM.objects.update(account=None)
    account.delete()
    tasks.reconcile_due()
    assert polling._known == {}
