"""Everybody takes locks in one order, or two writers could wait for each other for ever.

Account, VM, team, audit chain: `revision_raise` tells of it. Looked at here is what every writer
has in common, the last two: in no transaction is the team's row locked after its audit chain.
"""

import re
from collections.abc import Iterator
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.vms.deploying import TERMINATE, Clock, deploy, deploy_many, launched, poll, settle_for
from vms.account.services import account_connect, account_disconnect
from vms.batch.services import batch_resume, batch_retry, batch_stop
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount
from vms.vm.services import vm_dismiss, vm_rename, vm_terminate, vms_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")

TEAM = re.compile(r'UPDATE "?teams_team\b')
CHAIN = re.compile(r'(UPDATE|FROM) "?audit_auditchain\b')


def transactions(statements: list[str]) -> Iterator[list[str]]:
    """Part statements by the outermost savepoints, which are the transactions within a test."""
    depth, found = 0, list[str]()
    for sql in statements:
        if sql.startswith("SAVEPOINT"):
            depth += 1
        elif sql.startswith("RELEASE SAVEPOINT"):
            depth -= 1
            if depth == 0:
                yield found
                found = []
        else:
            found.append(sql)


def first(pattern: re.Pattern[str], statements: list[str]) -> int | None:
    return next((n for n, sql in enumerate(statements) if pattern.search(sql)), None)


@pytest.fixture
def in_order() -> Iterator[None]:
    with CaptureQueriesContext(connection) as captured:
        yield
    both = 0
    for statements in transactions([query["sql"] for query in captured]):
        team, chain = first(TEAM, statements), first(CHAIN, statements)
        if team is not None and chain is not None:
            both += 1
            assert team < chain, "\n".join(sql[:120] for sql in statements)
    assert both, "nothing that was looked at takes both locks"


def test_of_one_vm(
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    in_order: None,
) -> None:
    vm = launched(team, petra, clock)
    vm_rename(vm=vm, actor=petra, name="web-2")
    sim.faults.add("timeout_after", operation=TERMINATE, times=1)
    vm_terminate(vm=vm, actor=petra)
    settle_for(clock, 30)
    sim.faults.add("status", operation="POST /v2/vms", status=422)
    deploy(team, petra, "refused")
    vm_dismiss(vm=VM.objects.get(name="refused"), actor=petra)


def test_of_many(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock, in_order: None
) -> None:
    operations = deploy_many(team, petra, "web", count=3)
    batch = operations[0].batch
    assert batch
    batch_stop(batch=batch, actor=petra)
    batch_resume(batch=batch, actor=petra)
    sim.faults.add("status", operation="POST /v2/vms", status=422, times=1)
    settle_for(clock, 30)
    batch_retry(batch=batch, actor=petra)
    settle_for(clock, 30)
    vms_terminate(team=team, actor=petra, vms=list(VM.objects.all()), form_key=uuid4())
    settle_for(clock, 30)


def test_of_what_is_seen_at_fluence(
    account: FluenceAccount, fluence: FluenceClient, clock: Clock, in_order: None
) -> None:
    rent(fluence.for_changes(), "made-elsewhere")
    account_reconcile(account.pk)
    clock.advance(30)
    poll(account)


def test_of_the_account(team: Team, olga: Actor, account: FluenceAccount, in_order: None) -> None:
    account_disconnect(team=team, actor=olga)
    account_connect(team=team, actor=olga, api_key=FULL_KEY)
