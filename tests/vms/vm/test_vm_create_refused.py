"""Deployments that are refused: in words, with nothing made, and the log has it."""

from typing import Any

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import POOR_KEY, READONLY_KEY
from controlpanel.simulator.catalogue import SMALL_CLUSTER
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519, rent
from tests.vms.deploying import (
    CREATE,
    LIST,
    Clock,
    deploy,
    deploy_many,
    entry_of,
    log_of,
    settle_for,
)
from vms.account.services import account_connect, account_disconnect
from vms.core.errors import NameTaken, NoAccount
from vms.models import VM, FluenceAccount, Operation, SSHKey
from vms.operations.engine import operation_run
from vms.ssh_key.services import ssh_key_create

pytestmark = pytest.mark.usefixtures("catalogue", "key")


def expect_refused(operation: Operation, code: str, words: str) -> None:
    operation.refresh_from_db()
    assert (operation.state, operation.error_code) == ("failed", code)
    assert words in operation.message
    assert operation.reserved_name is None
    assert operation.secret == ""
    vm = VM.objects.get(pk=operation.target_id)
    assert vm.status == "refused"
    assert vm.hidden_at, "the refusal stands beside the form, not in the list as well"
    entry = entry_of(operation.team, "vm.create", "failed")
    assert (entry.error_code, entry.message) == (code, operation.message)


def test_insufficient_balance(sim: RunningSimulator, team: Team, olga: Actor, petra: Actor) -> None:
    account_disconnect(team=team, actor=olga)
    account_connect(team=team, actor=olga, api_key=POOR_KEY)
    ssh_key_create(team=team, actor=petra, name="laptop", public_key=ED25519)
    keys = list(SSHKey.objects.filter(account__team=team))
    operation = deploy(team, petra, ssh_keys=keys)
    expect_refused(operation, "insufficient_balance", "Top up the account, then try again")


def test_no_capacity_left(team: Team, petra: Actor) -> None:
    small: dict[str, Any] = {"place": SMALL_CLUSTER, "slug": "cpu-regular-8vcpu-16gb"}
    assert deploy(team, petra, "first", **small).state == "succeeded"
    second = deploy(team, petra, "second", **small)
    expect_refused(second, "unprocessable_entity", "Not enough room in cluster Saimaa")


def test_fluence_in_maintenance(team: Team, petra: Actor, sim: RunningSimulator) -> None:
    sim.faults.add("maintenance")
    expect_refused(deploy(team, petra), "service_unavailable", "Fluence is in maintenance")
    assert sim.requests(CREATE) == []


def test_fluence_unreachable(
    team: Team, petra: Actor, sim: RunningSimulator, account: FluenceAccount
) -> None:
    sim.faults.add("timeout_before", operation="GET /v2/vms")
    expect_refused(deploy(team, petra), "connection_lost", "The connection to Fluence was lost")
    assert sim.requests(CREATE) == []


def test_a_name_that_only_fluence_knows(
    team: Team, petra: Actor, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    rent(fluence, "web-1")
    expect_refused(deploy(team, petra), "name_taken", "a VM named web-1 already exists")
    assert len(sim.requests(CREATE)) == 1


def test_a_name_in_the_mirror_in_any_case(team: Team, petra: Actor, sim: RunningSimulator) -> None:
    deploy(team, petra, "web-1")
    VM.objects.update(name="Web-1")  # as names were before there was a rule
    with pytest.raises(NameTaken, match="Already in use in this account: Web-1"):
        deploy(team, petra, "web-1")
    assert len(sim.requests(CREATE)) == 1
    assert log_of(team) == ["vm.create requested", "vm.create succeeded"]


def test_a_name_that_is_being_given_at_this_moment(team: Team, petra: Actor) -> None:
    deploy_many(team, petra, "web", count=2)
    with pytest.raises(NameTaken, match="is being made at this moment"):
        deploy(team, petra, "WEB-2")
    assert Operation.objects.filter(kind="vm.create").count() == 2


def test_all_or_none_when_one_of_several_names_is_taken(team: Team, petra: Actor) -> None:
    deploy(team, petra, "web-2")
    with pytest.raises(NameTaken, match=r"web-2\."):
        deploy_many(team, petra, "web", count=3)
    assert VM.objects.count() == 1


def test_the_name_of_a_refused_vm_is_free_again(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation=CREATE, status=422, times=1)
    deploy(team, petra)
    assert deploy(team, petra).state == "succeeded"


def test_a_read_only_key(team: Team, olga: Actor, petra: Actor, sim: RunningSimulator) -> None:
    account_connect(team=team, actor=olga, api_key=READONLY_KEY)
    with pytest.raises(NoAccount, match="read-only"):
        deploy(team, petra)
    assert sim.requests(CREATE) == []


def test_no_account(team: Team, olga: Actor, petra: Actor) -> None:
    account_disconnect(team=team, actor=olga)
    with pytest.raises(NoAccount, match="no Fluence account yet"):
        deploy(team, petra, ssh_keys=[])


def test_a_worker_keeps_trying_what_could_not_be_sent(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    operations = deploy_many(team, petra, "web", count=2)
    sim.faults.add("maintenance")
    operation_run(operations[0].pk, patient=True)
    first = Operation.objects.get(pk=operations[0].pk)
    assert first.state == "pending"
    assert "The panel tries again" in VM.objects.get(name="web-1").problem
    sim.faults.clear()
    settle_for(clock, 60)
    assert [vm.status for vm in VM.objects.order_by("name")] == ["new", "new"]
    assert VM.objects.get(name="web-1").problem == ""


def test_a_worker_waits_for_as_long_as_fluence_asks(
    team: Team, petra: Actor, sim: RunningSimulator
) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    sim.faults.add("status", operation=LIST, status=429, headers={"Retry-After": "240"})
    operation_run(operation.pk, patient=True)
    operation.refresh_from_db()
    assert operation.state == "pending"
    assert operation.sent_at is None
    assert (operation.run_after - operation.created_at).total_seconds() > 239


def test_a_worker_gives_up_after_an_hour(
    team: Team, petra: Actor, sim: RunningSimulator, clock: Clock
) -> None:
    operation = deploy_many(team, petra, "web", count=2)[0]
    sim.faults.add("maintenance")
    clock.advance(3601)
    operation_run(operation.pk, patient=True)
    operation.refresh_from_db()
    assert operation.state == "failed"
    assert VM.objects.get(name="web-1").hidden_at is None, "nobody was waiting to be told"
