"""Whatever of a VM can be read fits its columns, on each database, and its pages can show it."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from controlpanel.accounts.models import User
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.cast import client_for
from tests.fluence.renting import rent
from vms.core.amounts import MOST_AMOUNT
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, FluenceAccount

from .spoiling import answer_with, spoil

pytestmark = pytest.mark.usefixtures("catalogue", "key", "unhurried")


@pytest.fixture
def reader(owner: User) -> Client:
    return client_for(owner)


LARGEST: dict[str, Any] = {
    "name": "n" * 10_000,
    "status": "s" * 10_000,
    "vcpu": 2**15 - 1,
    "ramGb": 2**31 - 1,
    "priceHourlyUsd": "9999999.99999999999999",
    "createdAt": "1970-01-01T00:00:00Z",
    "readySince": "9998-12-31T23:59:59Z",
    "paidUntil": "9998-12-31T23:59:59-11:00",
    "terminatedAt": "9998-12-31T23:59:59.999999999Z",
    "updatedAt": "9998-12-31T23:59:59Z",
    "clusterId": "c" * 40,
    "configurationId": "k" * 40,
    "configurationSlug": "x" * 10_000,
    "publicIp": "p" * 40,
    "allowedActions": ["a" * 10_000] * 100,
}


@pytest.mark.parametrize("name", [None, *LARGEST])
def test_whatever_can_be_read_fits_its_column(
    account: FluenceAccount,
    fluence: FluenceClient[Changes],
    sim: RunningSimulator,
    reader: Client,
    team: Team,
    name: str | None,
) -> None:
    rent(fluence, "web-1")
    rent(fluence, "web-2")
    spoil(sim, named="web-1", **(LARGEST if name is None else {name: LARGEST[name]}))
    account_reconcile(account.pk)
    account.refresh_from_db()
    assert account.unreadable == {}
    assert VM.objects.count() == 2
    for vm in VM.objects.all():
        assert reader.get(reverse("vms:detail", args=[team.slug, vm.pk])).status_code == 200
    assert reader.get(reverse("vms:list", args=[team.slug])).status_code == 200


def test_a_sum_of_prices_that_no_column_holds_is_not_known(
    account: FluenceAccount, fluence: FluenceClient[Changes], sim: RunningSimulator
) -> None:
    rent(fluence, "web-1")

    def change(records: list[Any]) -> None:
        disk = records[0]["expanded"]["bootDisk"] | {"priceHourlyUsd": "9999999"}
        records[0]["expanded"]["dataDisks"] = [disk] * 20

    answer_with(sim, change)
    account_reconcile(account.pk)
    vm = VM.objects.get()
    assert vm.price_hour is None
    assert vm.price_vm_hour is not None
    assert vm.price_vm_hour < MOST_AMOUNT
