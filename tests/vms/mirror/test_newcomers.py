"""VMs made elsewhere are on the list within half a minute, whatever else the account has."""

import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.fluence.renting import rent
from tests.vms.deploying import LIST, Clock, log_of
from vms.mirror import newcomers
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.usefixtures("account")
# What beat and a worker may take, beside the pauses that are set.
SLACK = 8


def test_it_is_never_longer_than_half_a_minute() -> None:
    beat = float(str(settings.CELERY_BEAT_SCHEDULE["newest"]["schedule"]))
    assert newcomers.EVERY.total_seconds() + beat + SLACK <= 30


def test_one_call_takes_in_what_is_new_and_says_when_it_was_read(
    account: FluenceAccount,
    team: Team,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    clock: Clock,
) -> None:
    account_reconcile(account.pk)
    rent(fluence, "by-hand")
    clock.advance(15)
    before = len(sim.requests(LIST))
    assert newcomers.accounts_due() == [account.pk]
    newcomers.newest_read(account.pk)
    assert len(sim.requests(LIST)) == before + 1
    assert VM.objects.get().name == "by-hand"
    assert log_of(team) == ["vm.drift succeeded"]
    account.refresh_from_db()
    assert account.vms_read_at
    assert timezone.now() - account.vms_read_at < timedelta(seconds=2)
    assert account.reconciled_at
    assert account.reconciled_at < account.vms_read_at, "all of it is compared more seldom"
    newcomers.newest_read(account.pk)
    assert VM.objects.count() == 1


def test_each_account_is_claimed_once_in_a_while(account: FluenceAccount, clock: Clock) -> None:
    assert newcomers.accounts_due() == [account.pk]
    assert newcomers.accounts_due() == []
    clock.advance(newcomers.EVERY.total_seconds() + 1)
    assert newcomers.accounts_due() == [account.pk]


def test_one_that_fares_ill_is_left_in_peace(
    account: FluenceAccount, sim: RunningSimulator, clock: Clock
) -> None:
    sim.faults.add("status", operation=LIST, status=429, headers={"Retry-After": "120"}, times=1)
    newcomers.newest_read(account.pk)
    account.refresh_from_db()
    assert account.vms_read_at is None
    clock.advance(100)
    assert newcomers.accounts_due() == []
    clock.advance(30)
    assert newcomers.accounts_due() == [account.pk]
    FluenceAccount.objects.update(health="unreachable")
    clock.advance(30)
    assert newcomers.accounts_due() == [], "comparing finds out when it is well again"


def test_an_account_that_is_gone_is_nothing_to_read(account: FluenceAccount) -> None:
    pk = account.pk
    account.delete()
    newcomers.newest_read(pk)


def test_the_list_says_when_it_was_read(account: FluenceAccount, owner: User, team: Team) -> None:
    browser, url = Client(), reverse("vms:list", kwargs={"slug": team.slug})
    browser.force_login(owner)
    html = browser.get(url).content.decode()
    assert re.search(r"data-read hidden>[^<]*<time>\u2013</time>", html)
    read_at = timezone.now() - timedelta(minutes=7)
    FluenceAccount.objects.filter(pk=account.pk).update(vms_read_at=read_at)
    html = browser.get(url).content.decode()
    assert "Read from Fluence <time" in html
    assert "7 min ago" in html
