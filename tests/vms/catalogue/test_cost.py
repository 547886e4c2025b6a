"""What a deployment costs, to the last digit."""

from dataclasses import replace
from decimal import Decimal

import pytest

from controlpanel.fluence import CostResource, FluenceClient, PublicIpCost, StorageCost, VMCost
from controlpanel.simulator.testing import RunningSimulator
from tests.vms.deploying import SMALLEST
from vms.catalogue.selectors.cost import Cost, Size, cost_listed, cost_live
from vms.models import FluenceAccount, Offer

COST = "POST /v1/prices/cost"
ASKED = Size(cluster="", configuration="", boot_disk_gb=40, public_ip=True, count=3)


@pytest.fixture
def offer(catalogue: None) -> Offer:
    return Offer.objects.select_related("cluster").get(
        cluster__name="Vistula", configuration__slug=SMALLEST
    )


def test_it_is_what_fluence_says(
    account: FluenceAccount, offer: Offer, fluence: FluenceClient
) -> None:
    cost = cost_live(account, offer, ASKED)
    parts: list[CostResource] = [
        VMCost(cluster_id=offer.cluster_id, configuration_id=offer.configuration_id),
        StorageCost(
            cluster_id=offer.cluster_id, storage_type="NVME", replicated=False, volume_gb=40
        ),
        PublicIpCost(cluster_id=offer.cluster_id),
    ]
    assert cost.is_live
    assert cost.total == cost.each * 3
    assert abs(cost.each - fluence.prices.cost(parts, secs=3600).total_cost) < Decimal("1e-6")
    for amount in (cost.vm, cost.disks, cost.public_ip, cost.each, cost.total):
        assert isinstance(amount, Decimal)
        assert amount > 0


def test_listed_prices_say_the_same(account: FluenceAccount, offer: Offer) -> None:
    live = cost_live(account, offer, ASKED)
    listed = cost_listed(offer, ASKED)
    assert not listed.is_live
    assert abs(live.total - listed.total) < Decimal("1e-6")


def test_the_same_question_is_asked_once_a_minute(
    account: FluenceAccount, offer: Offer, sim: RunningSimulator
) -> None:
    answers: list[Cost] = [cost_live(account, offer, ASKED) for _ in range(3)]
    assert len(sim.requests(COST)) == 1
    assert answers[0] == answers[2]
    cost_live(account, offer, replace(ASKED, boot_disk_gb=41, public_ip=False, count=1))
    assert len(sim.requests(COST)) == 2


def test_without_an_answer_the_listed_prices_stand_in(
    account: FluenceAccount, offer: Offer, sim: RunningSimulator
) -> None:
    sim.faults.add("timeout_before", operation=COST)
    cost = cost_live(account, offer, ASKED)
    assert not cost.is_live
    assert cost.total == cost_listed(offer, ASKED).total


def test_what_is_left_out_costs_nothing(account: FluenceAccount, offer: Offer) -> None:
    cost = cost_live(account, offer, replace(ASKED, boot_disk_gb=25, public_ip=False, count=1))
    assert cost.public_ip == 0
    assert cost.total == cost.vm + cost.disks
