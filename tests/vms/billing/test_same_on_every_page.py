"""What runs stands on several pages: it is the same sum everywhere, or a named part of it."""

import re
from collections.abc import Callable
from decimal import Decimal

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from django.utils.html import strip_tags

from controlpanel.accounts.models import User
from controlpanel.teams.models import Team
from controlpanel.ui.money import usd, usd_month
from tests.vms.rows import public_ip_rows, storage_rows, touch, vm_rows
from vms.models import VM, FluenceAccount

pytestmark = pytest.mark.django_db
HELD = {"is_left_over": False, "attached_to": "vm-0"}


@pytest.fixture
def vm(team: Team) -> VM:
    """One of $0.06/h with a disk and an address, beside a disk and an address that are left over:
    $0.0725/h together.
    """
    (vm,) = vm_rows(team, 1, price_vm_hour=Decimal("0.06"), price_hour=Decimal("0.0651"))
    assert vm.account
    held = HELD | {"vm": vm, "origin": vm}
    storage_rows(vm.account, 1, remote_id="held", price_hour=Decimal("0.0016"), **held)
    storage_rows(vm.account, 1, price_hour=Decimal("0.0034"))
    public_ip_rows(vm.account, 1, remote_id="held", price_hour=Decimal("0.0035"), **held)
    public_ip_rows(vm.account, 1, price_hour=Decimal("0.0040"))
    FluenceAccount.objects.update(balance=Decimal(174), balance_at=timezone.now())
    return vm


@pytest.fixture
def read(client_for: Callable[[User], Client], owner: User, team: Team) -> Callable[..., str]:
    client = client_for(owner)

    def text(name: str, *args: object, **query: str) -> str:
        url = reverse(f"vms:{name}", args=(team.slug, *args))
        return client.get(url, query).content.decode()

    return text


def test_the_list_and_the_account_say_the_whole_and_its_parts(
    vm: VM, read: Callable[..., str]
) -> None:
    for page in (read("list"), read("account")):
        assert usd_month(Decimal("0.0725")) in page
        assert "VMs $43.80/mo, disks $3.65/mo, public IPs $5.48/mo" in page
        assert usd(Decimal(174)) in page
        assert "lasts about 100 days" in page
        assert "What Fluence last said of each VM, disk and public IP" in page
        assert "As Fluence told it just now" in page
    left_over = usd_month(Decimal("0.0074"))
    for page in (read("list"), read("dashboard")):
        assert re.search(rf"eft over\s*{re.escape(left_over)}", strip_tags(page))
        assert "What Fluence last said of each that no VM has; disks were read" in page


def test_what_is_left_over_without_a_price_costs_at_least_the_rest(
    vm: VM, read: Callable[..., str]
) -> None:
    assert vm.account
    storage_rows(vm.account, 1, remote_id="unpriced", price_hour=None)
    for page in (read("list"), read("dashboard"), read("storages")):
        assert re.search(r"eft over\s*(2\s*)?at least \$\d+\.\d\d/mo", strip_tags(page))


def test_disks_and_addresses_say_their_parts(vm: VM, read: Callable[..., str]) -> None:
    disks, addresses = read("storages"), read("public-ips")
    assert usd_month(Decimal("0.0050")) in disks
    assert usd_month(Decimal("0.0034")) in disks, "of it left over"
    assert usd_month(Decimal("0.0075")) in addresses
    assert usd_month(Decimal("0.0040")) in addresses, "of it left over"


def test_terminating_saves_the_vms_part_alone(vm: VM, read: Callable[..., str]) -> None:
    alone, many = strip_tags(read("terminate", vm.pk)), read("terminate-many", vm=str(vm.pk))
    assert "It saves $43.80/mo; what is deleted too" in alone
    assert "It saves $43.80/mo." in strip_tags(many)
    assert "What Fluence last said of it, read" in many


def test_the_days_follow_what_runs_at_the_moment_of_reading(
    vm: VM, read: Callable[..., str]
) -> None:
    touch(vm, status="terminated", terminated_at=timezone.now())
    assert "lasts about 580 days" in read("list")
    assert "lasts about 580 days" in read("account")
