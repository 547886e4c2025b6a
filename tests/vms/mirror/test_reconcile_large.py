"""A sync of an account with more VMs than a page of Fluence's list holds."""

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.selectors import audit_entries
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.vms.deploying import GRACE, LAUNCH, LIST, Clock
from vms.account.services import account_connect
from vms.core.clients import client_for_key
from vms.mirror.reconcile import account_reconcile, accounts_due
from vms.models import VM, FluenceAccount

from .test_polling_calls import multiply

COUNT = 250


@pytest.fixture
def fleet(sim: RunningSimulator, clock: Clock) -> FluenceClient[Changes]:
    """An account with 250 VMs that no panel knows."""
    client = client_for_key(FULL_KEY).for_changes()
    rent(client, "first")
    clock.advance(LAUNCH)
    client.vms.list()
    multiply(sim, COUNT)
    return client


@pytest.fixture
def synced(team: Team, olga: Actor, fleet: FluenceClient) -> FluenceAccount:
    account = account_connect(team=team, actor=olga, api_key=FULL_KEY)
    account_reconcile(account.pk)
    return account


def drift(team: Team) -> list[AuditEntry]:
    entries = AuditEntry.objects.filter(team_id=team.pk, action="vm.drift").order_by("sequence")
    return list(entries)


def test_a_new_teams_vms_are_all_there_after_one_sync_of_connecting_the_key(
    team: Team, olga: Actor, fleet: FluenceClient, sim: RunningSimulator
) -> None:
    before = len(sim.requests(LIST))
    account = account_connect(team=team, actor=olga, api_key=FULL_KEY)
    assert accounts_due() == [account.pk], "it is due at once, not after the usual while"
    account_reconcile(account.pk)
    remote_ids = set(VM.objects.filter(team=team, account=account).values_list("remote_id"))
    assert remote_ids == {(pk,) for pk in sim.world.state.vms}
    assert len(remote_ids) == COUNT
    assert set(VM.objects.values_list("status", flat=True)) == {"launched"}
    assert len(sim.requests(LIST)) == before + 3, "one call for each hundred"
    assert len(drift(team)) == COUNT
    assert {entry.message for entry in drift(team)} == {"Found at Fluence: made outside the panel."}
    assert audit_entries(team.pk).entries[0].actor_name == "Fluence"


def test_each_page_is_asked_for_once_and_a_second_sync_changes_nothing(
    team: Team, synced: FluenceAccount, sim: RunningSimulator
) -> None:
    team.refresh_from_db()
    revision, entries = team.revision, AuditEntry.objects.count()
    asked = len(sim.requests(LIST))
    account_reconcile(synced.pk)
    assert len(sim.requests(LIST)) == asked + 3
    team.refresh_from_db()
    assert (team.revision, AuditEntry.objects.count()) == (revision, entries)


def test_what_was_made_renamed_or_ended_elsewhere_is_seen_on_every_page(
    team: Team, synced: FluenceAccount, fleet: FluenceClient[Changes], clock: Clock
) -> None:
    every_vm = list(VM.objects.order_by("created_at", "remote_id"))
    renamed, ended = every_vm[10], every_vm[240]
    fleet.vms.rename(renamed.remote_id or "", "renamed-by-hand")
    fleet.vms.terminate(ended.remote_id or "")
    rent(fleet, "made-by-hand", public_ip=False)
    account_reconcile(synced.pk)
    assert VM.objects.count() == COUNT + 1
    found = {entry.target_name: entry.changes for entry in drift(team)[COUNT:]}
    # How far each has come by then is the simulator's affair.
    (_, ending), (nothing, _) = found[ended.name]["status"], found["made-by-hand"]["status"]
    assert ending in {"terminating", "terminated"}
    assert nothing is None
    assert found["renamed-by-hand"] == {"name": [renamed.name, "renamed-by-hand"]}
    assert len(found) == 3


def test_what_vanished_is_lost_only_after_the_grace_period(
    team: Team, synced: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    gone = list(sim.world.state.vms)[-20:]
    hidden = {pk: sim.world.state.vms.pop(pk) for pk in gone}
    account_reconcile(synced.pk)
    assert not VM.objects.filter(status="lost").exists()
    back = gone[0]
    sim.world.state.vms[back] = hidden[back]
    clock.advance(GRACE - 30)
    account_reconcile(synced.pk)
    assert not VM.objects.filter(status="lost").exists()
    clock.advance(40)
    account_reconcile(synced.pk)
    lost = set(VM.objects.filter(status="lost").values_list("remote_id", flat=True))
    assert lost == set(gone) - {back}
    assert len(drift(team)) == COUNT + 19
    assert VM.objects.get(remote_id=back).absent_since is None
