"""Each VM's record is judged alone: a bad one is left out and told, and stops no other."""

import logging
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import client_for
from tests.fluence.renting import rent
from tests.vms.deploying import LAUNCH, Clock, deploy, launched, poll
from vms.mirror.newcomers import newest_read
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

from .spoiling import answer_with, spoil

pytestmark = pytest.mark.usefixtures("catalogue", "key", "unhurried")
BAD: dict[str, dict[str, Any]] = {
    "vcpu beyond its column": {"vcpu": 2**31},
    "vcpu beyond a small column": {"vcpu": 2**15},
    "vcpu below nothing": {"vcpu": -5},
    "RAM beyond its column": {"ramGb": 2**31},
    "a price beyond all measure": {"priceHourlyUsd": "1e30"},
    "a price that is a number beyond all measure": {"priceHourlyUsd": 1e300},
    "a place whose id is too long": {"clusterId": "c" * 41},
    "a size whose id is no id": {"configurationId": "a/b"},
    "an address whose id is too long": {"publicIp": "p" * 41},
    "a date at the end of the calendar": {"createdAt": "9999-12-31T23:59:59Z"},
    "a date before the calendar": {"readySince": "0001-01-01T00:00:00+14:00"},
    "no name": {"name": None},
    "no date of its making": {"createdAt": "soon"},
    "a disk beyond its column": {"expanded": {"bootDisk": {"volumeGb": 2**63}}},
}
every_bad_one = pytest.mark.parametrize("bad", BAD.values(), ids=BAD.keys())


@pytest.fixture
def page(team: Team, owner: User) -> str:
    """The URL of the account page."""
    return reverse("vms:account", kwargs={"slug": team.slug})


@pytest.fixture
def reader(owner: User) -> Client:
    return client_for(owner)


def statuses() -> dict[str, str]:
    return dict(VM.objects.values_list("name", "status"))


def two_launching(team: Team, actor: Actor, clock: Clock) -> None:
    deploy(team, actor, "web-1")
    deploy(team, actor, "web-2")
    clock.advance(LAUNCH)


@every_bad_one
def test_a_poll_reads_its_neighbours_and_leaves_it_as_it_was(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    bad: dict[str, Any],
) -> None:
    two_launching(team, petra, clock)
    spoil(sim, named="web-1", **bad)
    assert poll(account) == 1
    assert statuses() == {"web-1": "new", "web-2": "launched"}
    vm = VM.objects.get(name="web-1")
    assert vm.poll_after is not None
    assert vm.poll_after > timezone.now(), "it does not come round every second"
    account.refresh_from_db()
    assert account.health == "ok"
    assert account.unreadable["VM"]["count"] == 1
    sim.faults.clear()
    assert poll(account) == 1
    assert statuses()["web-1"] == "launched", "and is read again once it can be"


@every_bad_one
def test_a_reconcile_takes_in_its_neighbours(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    bad: dict[str, Any],
) -> None:
    rent(fluence, "web-1")
    rent(fluence, "web-2")
    spoil(sim, named="web-1", **bad)
    account_reconcile(account.pk)
    assert list(statuses()) == ["web-2"]
    account.refresh_from_db()
    assert account.reconciled_at
    assert account.unreadable["VM"]["count"] == 1


def test_a_newcomer_that_cannot_be_read_stops_no_other(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    rent(fluence, "web-1")
    rent(fluence, "web-2")
    spoil(sim, named="web-1", vcpu=-5)
    newest_read(account.pk)
    assert list(statuses()) == ["web-2"]
    account.refresh_from_db()
    assert (account.health, account.unreadable["VM"]["count"]) == ("ok", 1)


@pytest.mark.parametrize("found", [{"id": "v" * 41}, {"id": None}, {"id": {}}, "no record", None])
def test_one_whose_id_is_none_is_left_out(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, found: object
) -> None:
    rent(fluence, "web-1")
    rent(fluence, "web-2")

    def change(records: list[Any]) -> None:
        records[0] = records[0] | found if isinstance(found, dict) else found

    answer_with(sim, change)
    account_reconcile(account.pk)
    assert list(statuses()) == ["web-1"], "the newest comes first"


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b", "a\u202eb", "a\x1b[2Jb"])
def test_a_text_that_no_column_takes_is_cleaned(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, text: str
) -> None:
    rent(fluence, "web-1")
    spoil(sim, named="web-1", name=text)
    account_reconcile(account.pk)
    assert VM.objects.get().name in {"ab", "a[2Jb"}


def test_it_is_not_lost_however_long_it_cannot_be_read(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    launched(team, petra, clock)
    spoil(sim, vcpu=-5)
    for _ in range(3):
        account_reconcile(account.pk)
        clock.advance(400)
    assert statuses() == {"web-1": "launched"}


def test_beside_one_whose_id_is_known_another_may_be_missing(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    two_launching(team, petra, clock)

    def change(records: list[Any]) -> None:
        records[:] = [record | {"vcpu": -5} for record in records if record["name"] == "web-1"]

    answer_with(sim, change)
    poll(account)
    clock.advance(400)
    poll(account)
    assert statuses() == {"web-1": "new", "web-2": "lost"}


def test_beside_one_without_an_id_none_is_missing(
    team: Team, petra: Actor, account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    launched(team, petra, clock)
    deploy(team, petra, "web-2")

    def hide(records: list[Any]) -> None:
        for record in records:
            del record["id"]

    answer_with(sim, hide)
    for _ in range(3):
        poll(account)
        account_reconcile(account.pk)
        clock.advance(400)
    assert statuses() == {"web-1": "launched", "web-2": "new"}


def test_it_is_told_once_in_the_log_and_on_the_page_until_it_can_be_read(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    reader: Client,
    page: str,
    caplog: pytest.LogCaptureFixture,
) -> None:
    remote = rent(fluence, "web-1")
    spoil(sim, vcpu=-5)
    with caplog.at_level(logging.WARNING, "vms.mirror"):
        account_reconcile(account.pk)
        account_reconcile(account.pk)
    told = [message for message in caplog.messages if "left out" in message]
    assert len(told) == 1
    assert remote.id in told[0]
    assert "vcpu (input should be greater than or equal to 0)" in told[0]
    answer = reader.get(page)
    assertContains(answer, "1 VM could not be read.")
    assertContains(answer, remote.id)
    sim.faults.clear()
    account_reconcile(account.pk)
    assertNotContains(reader.get(page), "could not be read")


def test_many_are_counted_and_the_first_are_named(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    reader: Client,
    page: str,
) -> None:
    rent(fluence, "web-1")

    def change(records: list[Any]) -> None:
        records += [{"id": f"v{number}"} for number in range(1000)]

    answer_with(sim, change)
    account_reconcile(account.pk)
    assertContains(reader.get(page), "1000 VMs could not be read.")
    account.refresh_from_db()
    assert len(account.unreadable["VM"]["first"]) == 20
    assert list(statuses()) == ["web-1"]


def test_what_is_left_out_by_polls_alone_is_told_once(
    team: Team,
    petra: Actor,
    account: FluenceAccount,
    sim: RunningSimulator,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    two_launching(team, petra, clock)
    spoil(sim, named="web-1", vcpu=-5)
    with caplog.at_level(logging.WARNING, "vms.mirror"):
        for _ in range(3):
            poll(account)
    assert len([message for message in caplog.messages if "left out" in message]) == 1
