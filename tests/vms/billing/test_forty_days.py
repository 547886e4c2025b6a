"""Forty days of an account: at every hour the panel's ledger is Fluence's own."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from controlpanel.fluence import NewStorage, NewTopUp
from controlpanel.simulator.lifecycle import UNPAID
from controlpanel.simulator.lifecycle import settle as simulator_settle
from controlpanel.simulator.payments import finish_top_up
from controlpanel.simulator.pricing import hourly
from controlpanel.teams.models import Team
from tests.simulator.renting_parts import CLUSTER
from tests.vms.deploying import launched
from tests.vms.stage import Stage
from vms.billing.selectors.ledger import ledger_of
from vms.billing.selectors.spend import days_charged, spend_of
from vms.core.months import month_after, month_of
from vms.mirror.reconcile import account_reconcile
from vms.models import VM, PublicIp, Storage
from vms.public_ip import services as public_ip
from vms.storage import services as storage
from vms.vm.deployment import NewDisk
from vms.vm.services import vm_terminate

# What is noted once a change is committed is a part of what is tested.
pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("catalogue", "key", "unhurried"),
]
# A second more than an hour: charges are read again when an hour has passed.
DAYS, STEP = 40, 3601
DEAR = "cpu-regular-16vcpu-32gb"


class Days(Stage):
    """The account's forty days; an act of a day is called by its number."""

    def disk_named(self, name: str) -> Storage:
        return Storage.objects.get(name=name, hidden_at=None)

    def deploy(self, name: str, **changes: object) -> None:
        launched(self.team, self.actor, self.clock, name, **changes)

    def terminate(self, name: str, *, with_rest: bool = False) -> None:
        vm = VM.objects.get(name=name)
        rest = [*Storage.objects.filter(vm=vm), *PublicIp.objects.filter(vm=vm)]
        vm_terminate(vm=vm, actor=self.actor, delete=rest if with_rest else ())

    def detach(self, name: str) -> None:
        storage.storage_detach(disk=self.disk_named(name), team=self.team, actor=self.actor)

    def grow(self, name: str, size: int) -> None:
        storage.storage_grow(
            disk=self.disk_named(name), volume_gb=size, team=self.team, actor=self.actor
        )

    def delete(self, name: str) -> None:
        storage.storage_delete(disk=self.disk_named(name), team=self.team, actor=self.actor)

    def release(self, name: str) -> None:
        address = PublicIp.objects.get(name=name, hidden_at=None)
        public_ip.public_ip_release(address=address, team=self.team, actor=self.actor)

    def make_elsewhere(self) -> None:
        self.fluence.storages.create(
            NewStorage(name="elsewhere", cluster_id=CLUSTER, volume_gb=500)
        )

    def top_up(self, usd: int) -> None:
        begun = self.fluence.billing.create_top_up(NewTopUp(amount_cents=usd * 100))
        finish_top_up(self.sim.world, begun.intent_id, "resolved")

    def expect_one_truth(self, moment: str) -> None:
        """Compare the panel's ledger with the simulator's own, as they are at this moment."""
        world, burn_hour = self.sim.world, Decimal(0)
        account_reconcile(self.account.pk)
        for rented in world.all_rented():
            if rented.user_id == self.account.remote_user_id and rented.status not in UNPAID:
                burn_hour += hourly(rented)
        left = max(world.state.accounts[self.account.remote_user_id].balance, Decimal(0))
        ledger = ledger_of(Team.objects.select_related("account").get(pk=self.team.pk))
        assert ledger.burn.total == burn_hour, moment
        assert ledger.burn.pending == 0, moment
        assert self._spent() == sum(
            charge.cost
            for charge in world.state.charges.values()
            if charge.user_id == self.account.remote_user_id
        ), moment
        assert ledger.runway, moment
        if burn_hour:
            assert ledger.runway.hours is not None, moment
            assert abs(ledger.runway.hours - left / burn_hour) < 1, moment

    def _spent(self) -> Decimal:
        """Return the sum of the months that the spend page has."""
        self.account.refresh_from_db()
        month, today = (month_of(day) for day in days_charged(self.account))
        months = [month]
        while months[-1] < today:
            months.append(month_after(months[-1]))
        return sum((spend_of(self.account, each).total for each in months), Decimal(0))


ACTS: dict[int, Callable[[Days], None]] = {
    1: lambda days: days.deploy("web-1", data_disks=(NewDisk(40, "data-1"),)),
    2: lambda days: days.deploy("web-2", public_ip=False),
    4: lambda days: days.grow("data-1", 90),
    6: lambda days: days.detach("data-1"),
    7: lambda days: days.make_elsewhere(),
    9: lambda days: days.terminate("web-2"),
    11: lambda days: days.delete("web-2-boot"),
    13: lambda days: days.deploy("dear-1", slug=DEAR),
    15: lambda days: days.top_up(50),
    18: lambda days: days.terminate("web-1", with_rest=True),
    20: lambda days: days.deploy("dear-2", slug=DEAR, boot_disk_gb=200),
    22: lambda days: days.delete("data-1"),
    24: lambda days: days.terminate("dear-1"),
    26: lambda days: days.release("dear-1-ip"),
    28: lambda days: days.deploy("dear-3", slug=DEAR),
    36: lambda days: days.top_up(300),
    37: lambda days: days.deploy("web-3"),
}


def test_at_every_hour_of_forty_days(stage: Stage) -> None:
    days = Days(**vars(stage))
    sim, account = days.sim, days.account
    sim.world.state.accounts[account.remote_user_id].balance = Decimal(130)
    empty_since = 0
    for hour in range(DAYS * 24):
        days.clock.advance(STEP)
        simulator_settle(sim.world)
        if hour % 24 == 0 and (act := ACTS.get(hour // 24)):
            act(days)
            days.expect_one_truth(f"at once on day {hour // 24}")
        days.expect_one_truth(f"day {hour // 24}, hour {hour % 24}")
        if sim.world.state.accounts[account.remote_user_id].balance <= 0:
            empty_since = empty_since or hour
    assert empty_since, "the balance was used up, and its VMs were ended"
    assert VM.objects.filter(name="dear-3", status="terminated").exists()
