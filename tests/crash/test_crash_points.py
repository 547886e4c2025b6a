"""Web and worker are killed at every crash point: one VM, one row, a complete and gapless log."""

import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from django.conf import settings

from controlpanel.audit.actors import Actor
from controlpanel.audit.chain import chain_verify
from controlpanel.audit.models import AuditEntry
from controlpanel.fluence import FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519
from tests.vms.deploying import (
    CREATE,
    RESTART,
    SOFT_REBOOT,
    Clock,
    deploy,
    deploy_many,
    launched,
    log_of,
    settle_for,
)
from vms.models import VM, Operation, SSHKey
from vms.operations import engine
from vms.operations.crash_points import CRASH_POINTS, CrashPoint
from vms.ssh_key.services import ssh_key_create
from vms.vm.kinds import SOFT_REBOOT as GENTLY
from vms.vm.services import vm_rename, vm_restart, vm_terminate

from .dying import killed_at

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("catalogue"),
]
vm_soft_reboot = partial(vm_restart, way=GENTLY)
# Longer than a lease, and then than what proves that a create was not done.
SETTLED = 200
NOT_BEGUN: CrashPoint = "before_begin_commits"
# Where the panel cannot tell whether it was done: it says so in the log, and looks.
MAYBE_SENT: set[CrashPoint] = {"after_mark_sent", "after_call", "before_outcome_commits"}


def expected_log(action: str, point: CrashPoint) -> list[str]:
    """Return the entries of one operation; one that was never committed has none."""
    if point == NOT_BEGUN:
        return []
    unknown = [f"{action} unknown"] if point in MAYBE_SENT else []
    if point == "after_mark_sent":
        unknown += [] if action == "vm.create" else [f"{action} requested"]  # it is sent once more
    if is_left_to_a_person(action, point):
        return [f"{action} requested", *unknown]
    return [f"{action} requested", *unknown, f"{action} succeeded"]


def is_left_to_a_person(action: str, point: CrashPoint) -> bool:
    """Whether it may have been sent, was not, and is never sent twice."""
    return action == "vm.create" and point == "after_mark_sent"


def expect_log(team: Team, action: str, point: CrashPoint) -> None:
    assert log_of(team, action) == expected_log(action, point)
    assert chain_verify(team.pk)[1] is None


@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.usefixtures("key")
def test_create_in_the_web_process(
    point: CrashPoint,
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    fluence: FluenceClient,
) -> None:
    killed_at(point, lambda: deploy(team, petra, "web-1"))
    settle_for(clock, SETTLED, step=10)
    left = is_left_to_a_person("vm.create", point)
    made = 0 if point == NOT_BEGUN or left else 1
    remote = [vm.id for vm in fluence.vms.find_by_name("web-1")]
    assert len(remote) == len(sim.requests(CREATE)) == made
    assert list(VM.objects.values_list("remote_id", flat=True)) == ([None] if left else remote)
    assert Operation.objects.filter(kind="vm.create", needs_attention=True).exists() == left
    expect_log(team, "vm.create", point)


@pytest.mark.parametrize("point", [point for point in CRASH_POINTS if point != NOT_BEGUN])
@pytest.mark.usefixtures("key")
def test_create_in_the_worker(
    point: CrashPoint,
    team: Team,
    petra: Actor,
    sim: RunningSimulator,
    clock: Clock,
    fluence: FluenceClient,
) -> None:
    operations = deploy_many(team, petra, "web", count=2)
    killed_at(point, lambda: engine.operation_run(operations[0].pk, patient=True))
    settle_for(clock, SETTLED, step=10)
    left = is_left_to_a_person("vm.create", point)
    for name in ("web-2",) if left else ("web-1", "web-2"):
        assert [vm.id for vm in fluence.vms.find_by_name(name)] == [
            VM.objects.get(name=name).remote_id
        ]
    assert len(sim.requests(CREATE)) == (1 if left else 2)
    of_both = expected_log("vm.create", point) + expected_log("vm.create", "after_begin")
    assert sorted(log_of(team, "vm.create")) == sorted(of_both)
    assert chain_verify(team.pk)[1] is None


@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.usefixtures("key")
def test_rename(
    point: CrashPoint, team: Team, petra: Actor, clock: Clock, fluence: FluenceClient
) -> None:
    vm = launched(team, petra, clock)
    killed_at(point, lambda: vm_rename(vm=vm, actor=petra, name="api-1"))
    settle_for(clock, SETTLED, step=10)
    name = "web-1" if point == NOT_BEGUN else "api-1"
    assert [vm.name for vm in fluence.vms.iterate()] == [name]
    assert [vm.name for vm in VM.objects.all()] == [name]
    expect_log(team, "vm.rename", point)


@pytest.mark.parametrize("restart", [vm_restart, vm_soft_reboot])
@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.usefixtures("key")
def test_restart(
    point: CrashPoint,
    restart: Callable[..., Operation],
    team: Team,
    petra: Actor,
    clock: Clock,
    sim: RunningSimulator,
) -> None:
    vm = launched(team, petra, clock)
    action = "vm.restart" if restart is vm_restart else "vm.soft_reboot"
    killed_at(point, lambda: restart(vm=vm, actor=petra))
    settle_for(clock, SETTLED, step=10)
    calls = [RESTART, SOFT_REBOOT][restart is vm_soft_reboot]
    assert len(sim.requests(calls)) == (0 if point == NOT_BEGUN else 1)
    if point in {"after_call", "before_outcome_commits"}:
        # It is over by now, which nothing at Fluence tells apart from another change.
        assert log_of(team, action) == [f"{action} requested", f"{action} unknown"]
        assert Operation.objects.get(kind=action).needs_attention
        assert chain_verify(team.pk)[1] is None
    else:
        expect_log(team, action, point)
    assert VM.objects.get().status in {"launched", "restarting", "softRebooting"}


@pytest.mark.parametrize("point", CRASH_POINTS)
@pytest.mark.usefixtures("key")
def test_terminate(
    point: CrashPoint, team: Team, petra: Actor, clock: Clock, fluence: FluenceClient
) -> None:
    vm = launched(team, petra, clock)
    killed_at(point, lambda: vm_terminate(vm=vm, actor=petra))
    settle_for(clock, SETTLED, step=10)
    vm.refresh_from_db()
    if point == NOT_BEGUN:
        assert vm.status == "launched"
    else:
        assert vm.status in {"terminating", "terminated"}
        assert fluence.vms.get(vm.remote_id or "").status.lower() == "terminated"
    assert VM.objects.count() == 1
    expect_log(team, "vm.terminate", point)


@pytest.mark.parametrize("point", CRASH_POINTS)
def test_ssh_key(
    point: CrashPoint, team: Team, petra: Actor, clock: Clock, fluence: FluenceClient
) -> None:
    def register() -> Operation:
        return ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)

    killed_at(point, register)
    settle_for(clock, SETTLED, step=10)
    registered = [key.id for key in fluence.ssh_keys.iterate()]
    assert len(registered) == (0 if point == NOT_BEGUN else 1)
    assert list(SSHKey.objects.values_list("remote_id", flat=True)) == registered
    entries = AuditEntry.objects.filter(action="ssh_key.create").order_by("sequence")
    lines = [f"{entry.action} {entry.outcome}" for entry in entries]
    assert lines == expected_log("ssh_key.create", point)
    assert chain_verify(team.pk)[1] is None


def test_every_crash_point_has_a_row_in_the_table() -> None:
    text = (Path(settings.BASE_DIR) / "docs/reliability.md").read_text()
    rows = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert rows == list(CRASH_POINTS)


def test_every_test_the_table_names_exists() -> None:
    text = (Path(settings.BASE_DIR) / "docs/reliability.md").read_text()
    named = set(re.findall(r"`(test_\w+)`", text.partition("## What is lost")[0]))
    tests: dict[str, Callable[..., None]] = {
        name: each for name, each in globals().items() if name.startswith("test_")
    }
    assert named
    assert named <= tests.keys()
