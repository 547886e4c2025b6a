"""Reconcile: what was made, changed or removed outside the panel."""

from decimal import Decimal

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY, KEYS, SECOND_KEY, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import ED25519, rent
from tests.vms.deploying import LAUNCH, Clock, deploy, entry_of, launched, log_of
from vms.account.services import account_connect, account_disconnect
from vms.mirror.chunks import chunk_mirror
from vms.mirror.reconcile import account_reconcile, accounts_due
from vms.models import VM, Cluster, FluenceAccount, SSHKey
from vms.vm.services import vm_dismiss, vm_terminate

pytestmark = pytest.mark.usefixtures("account")


def test_a_vm_made_elsewhere_is_imported_and_logged_as_drift(
    team: Team, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    remote = rent(fluence, "by-hand")
    clock.advance(LAUNCH)
    account_reconcile(account.pk)
    account_reconcile(account.pk)
    vm = VM.objects.get()
    assert (vm.remote_id, vm.name, vm.status) == (remote.id, "by-hand", "launched")
    assert vm.image == "Ubuntu 24.04 (LTS) x64"
    assert vm.public_ip
    assert vm.revision_created == vm.revision
    assert Cluster.objects.get().name == f"Cluster {vm.cluster_id[:8]}", "no catalogue yet"
    assert log_of(team) == ["vm.drift succeeded"]
    entry = entry_of(team, "vm.drift", "succeeded")
    assert (entry.actor_name, entry.message) == (
        "Fluence",
        "Found at Fluence: made outside the panel.",
    )


def test_what_has_ended_before_is_not_imported(
    account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    fluence.vms.terminate(rent(fluence, "by-hand").id)
    clock.advance(LAUNCH)
    account_reconcile(account.pk)
    assert not VM.objects.exists()


@pytest.mark.usefixtures("catalogue", "key")
def test_a_rename_elsewhere_is_drift(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    fluence.vms.rename(vm.remote_id or "", "renamed")
    account_reconcile(account.pk)
    vm.refresh_from_db()
    assert vm.name == "renamed"
    assert entry_of(team, "vm.drift", "succeeded").changes == {"name": ["web-1", "renamed"]}


@pytest.mark.usefixtures("catalogue", "key")
def test_an_end_elsewhere_is_drift_and_one_that_was_asked_for_is_not(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    ours, theirs = launched(team, petra, clock), launched(team, petra, clock, "web-2")
    vm_terminate(vm=ours, actor=petra)
    fluence.vms.terminate(theirs.remote_id or "")
    account_reconcile(account.pk)
    clock.advance(LAUNCH)
    account_reconcile(account.pk)
    assert set(VM.objects.values_list("status", flat=True)) == {"terminated"}
    assert log_of(team, "vm.drift") == ["vm.drift succeeded"]
    entry = entry_of(team, "vm.drift", "succeeded")
    assert (entry.actor_name, entry.target_name) == ("Fluence", "web-2")
    assert entry.changes == {"status": ["launched", "terminating"]}
    assert entry.message == "Terminated outside the panel, or by Fluence itself."


@pytest.mark.usefixtures("catalogue", "key")
def test_a_vm_that_vanished_is_lost_after_the_grace_period(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    sim.world.state.vms.clear()
    account_reconcile(account.pk)
    vm.refresh_from_db()
    assert vm.status == "launched"
    clock.advance(91)
    account_reconcile(account.pk)
    vm.refresh_from_db()
    assert vm.status == "lost"
    assert entry_of(team, "vm.drift", "succeeded").changes == {"status": ["launched", "lost"]}


@pytest.mark.usefixtures("catalogue", "key")
def test_after_a_reconnect_the_rows_that_were_left_are_taken_up_again(
    team: Team,
    olga: Actor,
    petra: Actor,
    fluence: FluenceClient[Changes],
    clock: Clock,
) -> None:
    ended = launched(team, petra, clock, "ended")
    launched(team, petra, clock, "running")
    account_disconnect(team=team, actor=olga)
    fluence.vms.terminate(ended.remote_id or "")
    clock.advance(LAUNCH)
    account = account_connect(team=team, actor=olga, api_key=FULL_KEY)
    account_reconcile(account.pk)
    assert VM.objects.count() == 2
    assert {vm.account_id for vm in VM.objects.all()} == {account.pk}
    ended.refresh_from_db()
    assert ended.status == "terminated"
    assert log_of(team, "vm.drift") == ["vm.drift succeeded"]
    drift = entry_of(team, "vm.drift", "succeeded")
    assert drift.changes == {"status": ["launched", "terminated"]}, "neither was made anew"


@pytest.mark.usefixtures("catalogue", "key")
def test_a_row_of_an_account_that_is_gone_can_be_dismissed(
    team: Team, olga: Actor, petra: Actor, clock: Clock
) -> None:
    vm = launched(team, petra, clock)
    account_disconnect(team=team, actor=olga)
    account_reconcile(account_connect(team=team, actor=olga, api_key=SECOND_KEY).pk)
    vm.refresh_from_db()
    assert vm.account is None
    vm_dismiss(vm=vm, actor=petra)
    vm.refresh_from_db()
    assert vm.hidden_at


def test_balance_and_keys_are_mirrored(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    remote = fluence.ssh_keys.create("k" * 200, ED25519)
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.balance == Decimal("500.00")
    assert account.reconciled_at
    key = SSHKey.objects.get()
    assert (key.remote_id, key.name, key.fingerprint) == (
        remote.id,
        "k" * 120,
        remote.fingerprint,
    )
    fluence.ssh_keys.delete(remote.id)
    account_reconcile(account.pk)
    assert not SSHKey.objects.exists()


def test_a_key_that_may_not_read_balance_or_keys_still_mirrors_vms(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rent(fluence, "by-hand")
    body = '{"code": "forbidden", "error": "This API key lacks the scope."}'
    sim.faults.add("status", operation="GET /v2/users/balances", status=403, body=body)
    monkeypatch.setitem(KEYS, FULL_KEY, ApiKey(KEYS[FULL_KEY].account_id, ("vms:read",)))
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.health == "ok"
    assert VM.objects.count() == 1


def test_each_account_is_handed_out_once(account: FluenceAccount, clock: Clock) -> None:
    assert accounts_due() == [account.pk]
    assert accounts_due() == []
    clock.advance(121)
    assert accounts_due() == [account.pk]


def test_one_that_was_disconnected_meanwhile_is_left_alone(
    account: FluenceAccount, team: Team, olga: Actor
) -> None:
    pk = account.pk
    account_disconnect(team=team, actor=olga)
    account_reconcile(pk)
    assert not VM.objects.exists()


@pytest.mark.usefixtures("catalogue", "key")
def test_unknown_statuses_are_kept_as_they_came(
    team: Team, petra: Actor, account: FluenceAccount, fluence: FluenceClient
) -> None:
    deploy(team, petra)
    answer = fluence.vms.find_by_name("web-1")[0].model_copy(update={"status": "Hibernating"})
    chunk_mirror(account, [answer.id], {answer.id: answer})
    vm = VM.objects.get()
    assert (vm.status, vm.status_label) == ("Hibernating", "Hibernating")
    assert vm.poll_after, "it may still change"
