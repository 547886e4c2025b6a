"""What runs is one sum: of what is charged, by what Fluence last said of each."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone

from controlpanel.teams.models import Team
from tests.vms.rows import account_row, public_ip_rows, storage_rows, touch, vm_rows
from vms.billing.selectors.burn import Burn, burn_of
from vms.billing.selectors.ledger import ledger_of
from vms.billing.selectors.runway import Runway
from vms.core import resource_statuses, statuses
from vms.core.revisions import revision_raise
from vms.mirror.let_go import vms_let_go
from vms.models import VM, FluenceAccount, Storage
from vms.resource.selectors.totals import resource_totals

pytestmark = pytest.mark.django_db
HELD = {"is_left_over": False, "attached_to": "vm-0"}


def burn_now(team: Team) -> Burn:
    return burn_of(Team.objects.select_related("account").get(pk=team.pk))


def test_it_is_the_sum_of_vms_disks_and_addresses_to_the_last_digit(team: Team) -> None:
    (vm,) = vm_rows(team, 1, price_vm_hour=Decimal("0.0000000001"))
    assert vm.account
    storage_rows(vm.account, 1, price_hour=Decimal("0.1000000003"), **HELD)
    storage_rows(vm.account, 1, remote_id="free", price_hour=Decimal("0.0000000007"))
    public_ip_rows(vm.account, 1, price_hour=Decimal("0.0333333333"))
    burn = burn_now(team)
    assert burn.vms == Decimal("0.0000000001")
    assert burn.disks == Decimal("0.1000000010")
    assert burn.public_ips == Decimal("0.0333333333")
    assert burn.left_over == Decimal("0.0333333340")
    assert burn.total == Decimal("0.1333333344")
    assert (burn.left_over_disks, burn.left_over_public_ips) == (1, 1)
    assert not burn.is_least


@pytest.mark.parametrize("status", sorted(statuses.STATUSES))
def test_which_vms_are_charged(team: Team, status: str) -> None:
    vm_rows(team, 1, status=status)
    free = {"failed", "terminating", "terminated", "requested", "refused", "lost"}
    burn = burn_now(team)
    assert burn.vms == (0 if status in free else Decimal("0.01"))
    assert burn.pending == (Decimal("0.01") if status == "requested" else 0)
    assert burn.vm_counts == {status: 1}


@pytest.mark.parametrize("status", sorted(resource_statuses.STATUSES))
def test_which_disks_are_charged(team: Team, status: str) -> None:
    remote = {"remote_id": None} if status in resource_statuses.OWN else {}
    storage_rows(account_row(team), 1, status=status, price_hour=Decimal("0.01"), **remote)
    free = {"failed", "removing", "removed", "requested", "refused"}
    burn = burn_now(team)
    assert burn.disks == burn.left_over == (0 if status in free else Decimal("0.01"))
    assert burn.pending == (Decimal("0.01") if status == "requested" else 0)


def test_what_has_no_known_price_makes_it_a_least_sum(team: Team) -> None:
    vm_rows(team, 1, price_vm_hour=None)
    storage_rows(account_row_of(team), 2, price_hour=None)
    burn = burn_now(team)
    assert burn.total == 0
    assert burn.unpriced == 3
    assert burn.is_least


def test_what_the_key_may_not_list_is_told_as_far_as_vms_tell_it(team: Team) -> None:
    vm_rows(team, 2, price_vm_hour=Decimal("0.01"), price_hour=Decimal("0.015"))
    account = account_row_of(team)
    public_ip_rows(account, 2, price_hour=Decimal("0.002"), **HELD)
    assert burn_now(team).unlisted == 0
    FluenceAccount.objects.update(refused_kinds=["storage", "vpc"])
    burn = burn_now(team)
    assert burn.unlisted == Decimal("0.006")
    assert burn.total == Decimal("0.03")
    assert burn.is_least, "free disks are out of sight"


def test_it_follows_every_change_and_is_remembered_between_them(team: Team) -> None:
    (vm,) = vm_rows(team, 1)
    assert burn_now(team).vms == Decimal("0.01")
    VM.objects.update(price_vm_hour=Decimal("0.5"))
    assert burn_now(team).vms == Decimal("0.01"), "the mirror has not said that it changed"
    touch(vm, status="terminated")
    assert burn_now(team).vms == 0


def test_vms_of_no_account_are_counted_and_cost_this_account_nothing(team: Team) -> None:
    vm_rows(team, 2)
    VM.objects.update(account=None)
    FluenceAccount.objects.all().delete()
    burn = burn_now(team)
    assert burn.total == 0
    assert burn.vm_counts == {"launched": 2}


def test_the_balance_lasts_for_itself_over_all_that_is_burnt_now(team: Team) -> None:
    vm_rows(team, 1, price_vm_hour=Decimal("0.06"))
    storage_rows(account_row_of(team), 1, price_hour=Decimal("0.04"))
    now = timezone.now()
    FluenceAccount.objects.update(balance=Decimal(120), balance_at=now)
    runway = ledger_of(Team.objects.select_related("account").get(pk=team.pk)).runway
    assert runway
    assert runway.hours == 1200
    assert runway.until == now + timedelta(hours=1200)
    assert (runway.days, runway.hours_left) == (50, 1199)


@pytest.mark.parametrize(
    ("balance", "burnt", "hours", "days"),
    [("0", "1", 0, 0), ("-5", "1", 0, 0), ("10", "0", None, None), ("1e9", "0.01", None, None)],
)
def test_a_runway_at_its_ends(
    balance: str, burnt: str, hours: int | None, days: int | None
) -> None:
    runway = Runway(Decimal(balance), timezone.now(), Decimal(burnt))
    assert (runway.hours_left, runway.days) == (hours, days)


def test_an_unread_balance_tells_no_runway(team: Team) -> None:
    vm_rows(team, 1)
    FluenceAccount.objects.update(balance=None)
    assert ledger_of(Team.objects.select_related("account").get(pk=team.pk)).runway is None


def account_row_of(team: Team) -> FluenceAccount:
    return FluenceAccount.objects.filter(team=team).first() or account_row(team)


@pytest.mark.django_db(transaction=True)
def test_what_a_vm_lets_go_is_in_every_sum_at_once(team: Team) -> None:
    (vm,) = vm_rows(team, 1, status="terminated", terminated_at=timezone.now())
    account = account_row_of(team)
    held = HELD | {"vm": vm, "free_since": None}
    storage_rows(account, 1, price_hour=Decimal("0.002"), **held)
    assert burn_now(team).left_over == 0
    assert resource_totals(account)[Storage].left_over == 0
    with transaction.atomic():
        revision_raise(team.pk)
        vms_let_go([vm])
    account.refresh_from_db()
    assert burn_now(team).left_over == Decimal("0.002")
    assert resource_totals(account)[Storage].left_over_hour == Decimal("0.002")
    assert resource_totals(account)[Storage].unchecked == 1
