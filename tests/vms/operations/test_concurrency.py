"""People, pollers, reconcile and the catalogue at the same time: nothing twice, nobody stuck."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.catalogue import SMALL_CLUSTER
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.vms.deploying import (
    CREATE,
    TERMINATE,
    Clock,
    deploy,
    deploy_many,
    launched,
    poll,
    settle,
)
from vms.core.errors import VMsError
from vms.mirror.catalogue import catalogue_read
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount, Operation
from vms.vm.services import vm_dismiss, vm_rename, vm_terminate

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("catalogue", "key"),
]


def together(*jobs: Callable[[], object]) -> list[object]:
    """Run jobs at the same time; return what each returned or was refused with."""
    start = Barrier(len(jobs))

    def run(job: Callable[[], object]) -> object:
        start.wait()
        try:
            return job()
        except VMsError as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(jobs)) as threads:
        return list(threads.map(run, jobs))


def test_one_name_wanted_by_four_is_given_to_one(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    found = together(*[lambda: deploy(team, petra, "web-1")] * 4)
    assert sum(isinstance(each, Operation) for each in found) == 1
    assert len(sim.requests(CREATE)) == 1
    assert VM.objects.count() == 1


def test_one_form_sent_four_times_is_one_deployment(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    form_key = uuid4()
    found = together(*[lambda: deploy(team, petra, form_key=form_key)] * 4)
    assert len({each.pk for each in found if isinstance(each, Operation)}) == 1
    assert len(sim.requests(CREATE)) == 1


def test_a_vm_terminated_by_four_is_terminated_once(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    found = together(*[lambda: vm_terminate(vm=VM.objects.get(pk=vm.pk), actor=petra)] * 4)
    assert sum(isinstance(each, Operation) for each in found) == 1
    assert len(sim.requests(TERMINATE)) == 1


def test_everything_at_once_neither_locks_up_nor_makes_anything_twice(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    first = launched(team, petra, clock, "first")
    too_big: dict[str, Any] = {"place": SMALL_CLUSTER, "slug": "cpu-regular-16vcpu-32gb"}

    def rename_back_and_forth() -> None:
        for number in range(4):
            vm_rename(vm=VM.objects.get(pk=first.pk), actor=petra, name=f"first-{number}")

    def dismiss_what_was_refused() -> None:
        for vm in VM.objects.filter(status="refused"):
            vm_dismiss(vm=vm, actor=petra)

    def repeat(job: Callable[[], object]) -> Callable[[], object]:
        return lambda: [job() for _ in range(6)]

    together(
        lambda: [deploy(team, petra, f"one-{number}") for number in range(5)],
        lambda: [deploy(team, petra, f"big-{number}", **too_big) for number in range(2)],
        lambda: deploy_many(team, petra, "many", count=5),
        rename_back_and_forth,
        repeat(dismiss_what_was_refused),
        lambda: [rent(fluence, f"by-hand-{number}") for number in range(4)],
        repeat(settle),
        repeat(lambda: account_reconcile(account.pk)),
        repeat(lambda: poll(account)),
        repeat(lambda: catalogue_read(fluence)),
    )
    clock.advance(15)
    settle()
    account_reconcile(account.pk)

    at_fluence = sorted(vm.id for vm in fluence.vms.iterate())
    mirrored = VM.objects.filter(remote_id__isnull=False).values_list("remote_id", flat=True)
    assert sorted(filter(None, mirrored)) == at_fluence
    assert len(at_fluence) == len(sim.requests(CREATE)) - 2
    assert not Operation.objects.exclude(state__in=["succeeded", "failed"]).exists()
    drift = AuditEntry.objects.filter(said__code="made_outside")
    assert sorted(drift.values_list("target_name", flat=True)) == [
        f"by-hand-{number}" for number in range(4)
    ]
    assert chain_verify(team.pk)[1] is None
