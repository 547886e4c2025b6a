"""Money: by the hour, until there is none."""

from decimal import Decimal

import pytest

from controlpanel.fluence import (
    Changes,
    FluenceClient,
    InsufficientBalance,
    PublicIpCost,
    StorageCost,
    VMCost,
)
from controlpanel.simulator.accounts import POOR_KEY
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import ED25519, rent

HOUR = 3600


def balance(client: FluenceClient) -> Decimal:
    return client.account.balances()[0].balance


def test_the_poor_account_is_refused_and_told_the_sums(sim: RunningSimulator) -> None:
    with FluenceClient(POOR_KEY, sim.url).for_changes() as poor:
        with pytest.raises(InsufficientBalance, match=r"0\.0100 USD") as caught:
            rent(poor, ssh_keys=[poor.ssh_keys.create("k", ED25519).id])
        assert caught.value.status == 402
        assert balance(poor) == Decimal("0.01")


def test_the_first_hour_is_charged_at_once_as_estimated(client: FluenceClient[Changes]) -> None:
    vm = rent(client)
    estimate = client.prices.cost(
        [
            VMCost(cluster_id=vm.cluster_id, configuration_id=vm.configuration_id),
            StorageCost(
                cluster_id=vm.cluster_id, storage_type="NVME", replicated=False, volume_gb=25
            ),
            PublicIpCost(cluster_id=vm.cluster_id),
        ],
        secs=HOUR,
    )
    assert balance(client) == 500 - estimate.total_cost
    assert len(estimate.cost_of_resources) == 3
    assert vm.paid_until
    assert vm.last_paid_at
    assert (vm.paid_until - vm.last_paid_at).total_seconds() == HOUR


def test_each_further_hour_is_charged_when_it_begins(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    rent(client)
    a_start = 500 - balance(client)
    sim.clock.advance(HOUR - 60)
    assert 500 - balance(client) == a_start
    sim.clock.advance(61)
    assert 500 - balance(client) == 2 * a_start
    sim.clock.advance(10 * HOUR)
    assert 500 - balance(client) == 12 * a_start


def test_a_terminated_vm_costs_nothing_but_its_disk_and_address_do(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    client.vms.terminate(vm.id)
    before = balance(client)
    sim.clock.advance(HOUR + 1)
    per_hour = before - balance(client)
    assert vm.price_hourly_usd
    assert 0 < per_hour < vm.price_hourly_usd


def test_when_the_balance_runs_out_vms_end_and_disks_go_on(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = rent(client)
    account = sim.world.state.accounts[vm.user_id]
    account.balance = Decimal("0.03")
    sim.clock.advance(3 * HOUR)
    assert client.vms.get(vm.id).status == "terminated"
    sim.clock.advance(20 * HOUR)
    money = client.account.balances()[0]
    assert money.balance == 0
    assert money.overage > 0
    assert money.usage_days_left == 0


def test_only_the_balance_asked_for_is_given(client: FluenceClient) -> None:
    key = client.account.balances()[0].feature_key
    assert len(client.account.balances(key)) == 1
    assert client.account.balances("another") == ()


def test_prices_differ_from_cluster_to_cluster(client: FluenceClient) -> None:
    prices = client.prices.vms()
    of_one = {
        p.price_per_hour_per_qty for p in prices if p.configuration_id == prices[0].configuration_id
    }
    assert len(of_one) > 3
    assert all(Decimal("0.005") < price.price_per_hour_per_qty < 2 for price in prices)
    assert len(client.prices.public_ips()) == 8
    assert {price.replicated for price in client.prices.storages()} == {True, False}
