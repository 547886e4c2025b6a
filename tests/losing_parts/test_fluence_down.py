"""Fluence is down for ten minutes: what was asked waits or fails in words, and all comes right."""

import time
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import CREATE, Clock, deploy, deploy_many, launched, log_of, settle
from vms.mirror import polling, reconcile
from vms.models import VM, FluenceAccount, Operation
from vms.vm.services import vm_rename, vm_terminate

pytestmark = pytest.mark.usefixtures("catalogue", "key")
OUTAGE, STEP = 600, 5


def beat(clock: Clock, seconds: int) -> None:
    """Let so much time pass; every few seconds the workers do what beat asks of them."""
    for _ in range(0, seconds, STEP):
        clock.advance(STEP)
        settle()
        for account_id in polling.accounts_due():
            polling.account_poll(account_id)
        for account_id in reconcile.accounts_due():
            reconcile.account_reconcile(account_id)


@pytest.fixture
def down(sim: RunningSimulator) -> Callable[[], None]:
    """Every call from now on is cut off without an answer."""
    return lambda: sim.faults.add("timeout_before", seconds=0)


def test_all_that_was_under_way_comes_right_and_is_made_once(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    fluence: FluenceClient,
    down: Callable[[], None],
) -> None:
    _, gone = (launched(team, petra, clock, name) for name in ("old", "gone"))
    deploy(team, petra, "launching")
    deploy_many(team, petra, "web", count=3)
    sim.faults.add("timeout_after", operation=CREATE, times=1, seconds=1)
    assert deploy(team, petra, "asked").state == "unknown"
    sim.faults.add("timeout_after", operation="POST /v2/vms/{vm_id}/terminate", times=1, seconds=1)
    assert vm_terminate(vm=gone, actor=petra).state == "unknown"
    down()
    beat(clock, OUTAGE)
    assert Operation.objects.filter(state="failed").count() == 0
    states = dict(Operation.objects.filter(target_type="vm").values_list("target_name", "state"))
    assert {states[f"web-{number}"] for number in (1, 2, 3)} == {"pending"}
    assert (states["asked"], states["gone"]) == ("unknown", "unknown")
    assert VM.objects.get(name="launching").status in {"new", "launching"}
    assert not VM.objects.filter(status="lost").exists()

    sim.faults.clear()
    beat(clock, 150)
    account.refresh_from_db()
    assert (account.health, account.poll_failures) == ("ok", 0)
    live = {"old", "launching", "asked", "web-1", "web-2", "web-3"}
    remote = [vm for vm in fluence.vms.iterate() if vm.status.lower() != "terminated"]
    assert sorted(vm.name for vm in remote) == sorted(live)
    assert {vm.status.lower() for vm in remote} == {"launched"}
    assert set(VM.objects.filter(status="launched").values_list("name", flat=True)) == live
    assert VM.objects.get(pk=gone.pk).status == "terminated"
    assert VM.objects.count() == len(live) + 1
    assert len(sim.requests(CREATE)) == len(live) + 1, "none was sent twice"
    assert "vm.drift succeeded" not in log_of(team)
    assert chain_verify(team.pk)[1] is None


def test_meanwhile_pages_ask_nothing_of_it_and_say_since_when_and_when_it_is_tried_again(
    team: Team,
    petra: Actor,
    operator: User,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    client_for: Callable[[User], Client],
    down: Callable[[], None],
) -> None:
    deploy(team, petra, "launching")
    deploy_many(team, petra, "web", count=2)
    down()
    beat(clock, 120)
    before = len(sim.requests())
    browser = client_for(operator)
    html = browser.get(reverse("vms:list", kwargs={"slug": team.slug})).content.decode()
    detail = reverse(
        "vms:detail", kwargs={"slug": team.slug, "pk": VM.objects.get(name="web-1").pk}
    )
    told = browser.get(detail).content.decode()
    assert len(sim.requests()) == before, "no page asks Fluence"
    assert "Fluence cannot be reached" in html
    assert "The next try is" in html
    assert "Nothing was changed. The panel tries again in" in told
    account.refresh_from_db()
    assert account.next_try_at
    assert account.next_try_at - timezone.now() <= timedelta(seconds=60)


def test_who_waits_for_an_answer_is_told_at_once_and_nothing_is_left_behind(
    team: Team, petra: Actor, clock: Clock, sim: RunningSimulator, down: Callable[[], None]
) -> None:
    vm = launched(team, petra, clock)
    down()
    beat(clock, 60)
    began = time.perf_counter()
    refused = [deploy(team, petra, "new"), vm_rename(vm=vm, actor=petra, name="renamed")]
    assert time.perf_counter() - began < 2
    assert {operation.state for operation in refused} == {"failed"}
    assert all("Nothing was changed." in operation.message for operation in refused)
    sim.faults.clear()
    beat(clock, 120)
    assert len(sim.requests(CREATE)) == 1
    assert deploy(team, petra, "new").state == "succeeded", "the name is free again"


def test_few_calls_are_made_while_it_is_down(
    team: Team, petra: Actor, clock: Clock, sim: RunningSimulator, down: Callable[[], None]
) -> None:
    deploy(team, petra, "launching")
    deploy_many(team, petra, "web", count=5)
    down()
    before = len(sim.requests())
    beat(clock, OUTAGE)
    assert len(sim.requests()) - before < 120
