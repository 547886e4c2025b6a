"""Whose a charge is: the VM that a thing belongs to, and who deployed it here."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from tests.vms.billing.charging import charge, charged
from tests.vms.rows import public_ip_rows, storage_rows, vm_rows
from vms.models import ChargeMonth, FluenceAccount, Operation, PublicIp, Storage

DAY = date(2026, 11, 5)
READ_AT = datetime(2026, 11, 5, 12, tzinfo=UTC)


@pytest.fixture
def account(team: Team) -> FluenceAccount:
    [vm] = vm_rows(
        team,
        1,
        prefix="web",
        created_by_name="Petra",
        disks=[{"id": "disk-8"}],
        public_ip_remote_id="ip-8",
    )
    assert vm.account
    return vm.account


def holders(account: FluenceAccount, *ids: str, day: date = DAY) -> list[tuple[str, str]]:
    """Return the name of each thing's VM, or its own, and the person, once it is charged."""
    charged(account, *(charge(day, id_, "1") for id_ in ids), read_at=READ_AT)
    rows = ChargeMonth.objects.filter(month=day.replace(day=1), resource_id__in=ids)
    found = {row.resource_id: (row.holder_name, row.person) for row in rows}
    return [found[id_] for id_ in ids]


def test_a_disk_and_an_address_are_of_the_vm_that_has_them_or_had_them_last(
    account: FluenceAccount,
) -> None:
    vm = account.vms.get()
    attached: dict[str, Any] = {"vm": vm, "attached_to": vm.remote_id}
    storage_rows(account, 1, **attached)
    public_ip_rows(account, 1, origin=vm)
    assert holders(account, "disk-0", "ip-0") == [("web-0", "Petra")] * 2
    Storage.objects.all().delete()
    PublicIp.objects.all().delete()
    later = date(2026, 12, 1)
    assert holders(account, "disk-0", "ip-0") == [("web-0", "Petra")] * 2
    assert holders(account, "disk-0", "ip-0", day=later) == [("web-0", "Petra")] * 2


def test_what_was_gone_before_it_was_first_read_is_known_by_what_its_vm_had(
    account: FluenceAccount,
) -> None:
    assert holders(account, "disk-8", "ip-8") == [("web-0", "Petra")] * 2
    assert holders(account, "disk-9", "ip-9") == [("disk-9", ""), ("ip-9", "")]


def test_a_disk_that_was_made_by_itself_is_whose_who_made_it(account: FluenceAccount) -> None:
    vm = account.vms.get()
    [alone] = storage_rows(account, 1)
    [given] = storage_rows(account, 1, vm=vm, attached_to=vm.remote_id, remote_id="disk-1")
    for disk in (alone, given):
        Operation.objects.create(
            team=account.team,
            kind=Action.STORAGE_CREATE,
            actor_data=Actor(kind="user", name="Olga").as_json(),
            target_type=Storage.TARGET_TYPE,
            target_id=disk.target_id,
            target_name=disk.name,
            state=Operation.State.SUCCEEDED,
        )
    assert holders(account, "disk-0", "disk-1") == [("disk-0", "Olga"), ("web-0", "Olga")]


def test_a_vm_of_another_team_tells_nothing(account: FluenceAccount, other_team: Team) -> None:
    vm_rows(other_team, 1, prefix="theirs", created_by_name="Oscar")
    assert holders(account, "theirs-0") == [("theirs-0", "")]


def test_a_new_name_is_the_last_days(account: FluenceAccount) -> None:
    later = date(2026, 11, 6)
    names = (charge(later, "vm-1", "1", resource_name="new"), charge(DAY, "vm-1", "1"))
    charged(account, *names, read_at=READ_AT)
    row = ChargeMonth.objects.get()
    assert (row.name, row.holder_name, row.cost) == ("new", "new", Decimal(2))
