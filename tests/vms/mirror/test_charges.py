"""What was charged: mirrored by day, to the last digit, once."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.db.models import F, Sum
from django.urls import reverse
from pytest_django.asserts import assertContains

from controlpanel.accounts.models import User
from controlpanel.audit.actors import Actor
from controlpanel.fluence import Changes, FluenceClient, NewStorage, bounds
from controlpanel.simulator.accounts import FULL_KEY, KEYS, ApiKey
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import client_for
from tests.fluence.renting import cluster_named, rent
from tests.vms.billing.charging import CHARGES, answer, record
from tests.vms.deploying import Clock, launched
from vms.mirror.charges import EVERY, charges_read
from vms.mirror.reconcile import account_reconcile
from vms.models import (
    Charge,
    ChargeDay,
    ChargeHolder,
    ChargeMonth,
    ChargePerson,
    FluenceAccount,
    SSHKey,
    Storage,
)

pytestmark = pytest.mark.usefixtures("unhurried")
SUMMED = (Charge, ChargeDay, ChargeMonth, ChargeHolder, ChargePerson)
DAY = 24 * 3600


def reconcile(account: FluenceAccount) -> None:
    """Read all of it, charges too, however lately they were read."""
    FluenceAccount.objects.update(charges_read_at=F("charges_read_at") - 2 * EVERY)
    account_reconcile(account.pk)


def total_of(model: type[Any]) -> Decimal:
    total: Decimal = model.objects.aggregate(total=Sum("cost"))["total"]
    return total


@pytest.fixture
def spent(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    team: Team,
    petra: Actor,
    clock: Clock,
    catalogue: None,
    key: SSHKey,
) -> None:
    """Some days with a VM of Petra's, one from outside, a disk that grew, and ends."""
    vm = launched(team, petra, clock, "web-1")
    rent(fluence, "stranger")
    place = cluster_named("Rhine").id
    disk = fluence.storages.create(NewStorage(name="data", cluster_id=place, volume_gb=25))
    clock.advance(DAY)
    reconcile(account)
    fluence.storages.update(disk.id, volume_gb=40)
    clock.advance(DAY + 5000)
    reconcile(account)
    assert vm.remote_id
    fluence.vms.terminate(vm.remote_id)
    clock.advance(2 * DAY)


@pytest.mark.usefixtures("spent")
def test_it_is_what_fluence_says_to_the_last_digit(
    account: FluenceAccount, fluence: FluenceClient
) -> None:
    reconcile(account)
    said = fluence.billing.total_charges().total
    assert said > 1
    assert [total_of(model) for model in SUMMED] == [said] * len(SUMMED)
    days = Charge.objects.values("day").distinct().count()
    assert days >= 4
    sizes = Charge.objects.filter(name="data").values_list("quantity", flat=True).distinct()
    assert set(sizes) == {25, 40}


@pytest.mark.usefixtures("spent")
def test_reading_again_doubles_nothing(account: FluenceAccount, fluence: FluenceClient) -> None:
    reconcile(account)
    before = [model._default_manager.count() for model in SUMMED]
    FluenceAccount.objects.update(charges_read_at=None, charges_from=None)
    account_reconcile(account.pk)
    reconcile(account)
    assert [model._default_manager.count() for model in SUMMED] == before
    assert total_of(ChargeMonth) == fluence.billing.total_charges().total


@pytest.mark.usefixtures("spent")
def test_what_is_gone_keeps_its_name_its_vm_and_who_deployed_it(
    account: FluenceAccount, fluence: FluenceClient[Changes], clock: Clock
) -> None:
    reconcile(account)
    boot = Storage.objects.get(name="web-1-boot")
    assert boot.remote_id
    fluence.storages.delete(boot.remote_id)
    clock.advance(3600)
    reconcile(account)
    reconcile(account)
    assert not Storage.objects.filter(name="web-1-boot").exists()
    ChargeMonth.objects.filter(person="").update(person="nobody")
    whose = dict(ChargeMonth.objects.values_list("name", "person"))
    holders = dict(ChargeMonth.objects.values_list("name", "holder_name"))
    assert whose["web-1"] == whose["web-1-boot"] == whose["web-1-ip"] == "Petra"
    assert holders["web-1-boot"] == holders["web-1-ip"] == "web-1"
    assert whose["stranger"] == whose["data"] == "nobody"
    assert holders["data"] == "data"


def test_it_is_read_each_hour_and_only_the_last_days(
    account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    account_reconcile(account.pk)
    # The present month, and two with nothing: nobody looks further.
    assert len(sim.requests(CHARGES)) == 3
    account_reconcile(account.pk)
    assert len(sim.requests(CHARGES)) == 3
    clock.advance(3601)
    account_reconcile(account.pk)
    assert len(sim.requests(CHARGES)) in {4, 5}, "yesterday may be of another month"


@pytest.mark.usefixtures("key")
def test_the_first_charge_of_a_day_is_seen_within_minutes(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator, clock: Clock
) -> None:
    account_reconcile(account.pk)
    rent(fluence, "new-here")
    clock.advance(121)
    account_reconcile(account.pk)
    assert total_of(Charge) == total_of(ChargeMonth) > 0
    asked = len(sim.requests(CHARGES))
    clock.advance(121)
    account_reconcile(account.pk)
    assert len(sim.requests(CHARGES)) == asked, "an hour is charged once"


def test_a_key_that_may_not_read_them_is_no_failure(
    account: FluenceAccount,
    team: Team,
    viewer: User,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    allowed = KEYS[FULL_KEY]
    scopes = tuple(s for s in allowed.scopes if s != "billing:get_spending_history")
    monkeypatch.setitem(KEYS, FULL_KEY, ApiKey(allowed.account_id, scopes))
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert (account.health, account.charges_refused) == ("ok", True)
    assert account.reconciled_at
    url = reverse("vms:spend", args=[team.slug])
    assertContains(client_for(viewer).get(url), "This key may not read what was charged")
    monkeypatch.setitem(KEYS, FULL_KEY, allowed)
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert (account.charges_refused, account.charges_read_at is None) == (False, False)


def test_a_failure_is_none_of_the_account(account: FluenceAccount, sim: RunningSimulator) -> None:
    sim.faults.add("server_error", operation=CHARGES)
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert (account.health, account.charges_read_at) == ("ok", None)
    assert account.reconciled_at


BAD: list[dict[str, Any]] = [
    {"totalCost": "a lot"},
    {"totalCost": "1000001"},
    {"totalCost": "1e9999999"},
    {"totalCost": 0.5e300},
    {"totalUsageHours": "1e9999999"},
    {"totalUsageHours": "NaN"},
    {"quantity": "1e30"},
    {"quantity": "-1"},
    {"periodStart": "1999-01-01T00:00:00Z"},
    {"periodStart": None},
]


@pytest.mark.parametrize("bad", BAD)
def test_one_that_makes_no_sense_stops_no_other_and_is_told(
    account: FluenceAccount, sim: RunningSimulator, team: Team, owner: User, bad: dict[str, Any]
) -> None:
    today = datetime.now(UTC).date()
    good = [record(today), record(today, resourceId=None, resourceType="WORKSPACE")]
    answer(sim, *good, record(today, resourceId="vm-2", **bad))
    account_reconcile(account.pk)
    assert total_of(ChargeMonth) == 2 * Decimal("1e-10")
    account.refresh_from_db()
    assert "Charge" in account.unreadable
    account_reconcile(account.pk)
    page = client_for(owner).get(reverse("vms:account", args=[team.slug]))
    assertContains(page, "could not be read.")
    answer(sim, *good)
    reconcile(account)
    account.refresh_from_db()
    assert "Charge" not in account.unreadable


def test_what_may_be_the_unreadable_one_stays_and_the_rest_is_taken_over(
    account: FluenceAccount, sim: RunningSimulator
) -> None:
    today = datetime.now(UTC).date()
    answer(sim, record(today), record(today, resourceId="vm-2"))
    account_reconcile(account.pk)
    answer(sim, record(today, totalCost="5"), record(today, resourceId="vm-2", totalCost="bad"))
    reconcile(account)
    assert total_of(ChargeMonth) == total_of(ChargeDay) == 5 + Decimal("1e-10")
    answer(sim, record(today, totalCost="5"))
    reconcile(account)
    assert total_of(ChargeMonth) == total_of(ChargeDay) == 5


def test_what_comes_twice_is_added_and_texts_are_cut(
    account: FluenceAccount, sim: RunningSimulator
) -> None:
    today = datetime.now(UTC).date()
    long = {"resourceName": "n" * 999, "vmConfiguration": "c" * 999, "clusterId": "p" * 999}
    answer(sim, record(today), record(today, **long, totalCost="1"))
    account_reconcile(account.pk)
    charge = Charge.objects.get(day=today)
    assert charge.cost == 1 + Decimal("1e-10")
    assert charge.hours == 4
    assert len(charge.name) == 254


@pytest.mark.usefixtures("spent")
def test_what_is_too_much_for_one_answer_is_read_in_halves(
    account: FluenceAccount, fluence: FluenceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    Charge.objects.all().delete()
    FluenceAccount.objects.update(charges_read_at=None, charges_from=None)
    account.refresh_from_db()
    with monkeypatch.context() as patch:
        patch.setattr(bounds, "MOST_BYTES", 4000)
        charges_read(account)
    said = fluence.billing.total_charges().total
    assert [total_of(model) for model in SUMMED] == [said] * len(SUMMED)
