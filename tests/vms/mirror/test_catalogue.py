"""The catalogue is read whole, written at once, and the same for all teams."""

from decimal import Decimal
from typing import Any

import pytest

from controlpanel.audit.actors import Actor
from controlpanel.fluence import FluenceClient
from controlpanel.fluence.types.catalogue import AvailableStorage, ClusterResources
from controlpanel.simulator import catalogue as sold
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.vms.deploying import Clock, deploy
from vms.catalogue.selectors.offers import clusters_on_offer
from vms.mirror.catalogue import (
    _storage_left,
    catalogue_is_due,
    catalogue_read,
    catalogue_refresh,
)
from vms.models import (
    CatalogueState,
    Cluster,
    Configuration,
    Datacenter,
    FluenceAccount,
    Image,
    Offer,
)


@pytest.mark.usefixtures("catalogue")
def test_it_holds_what_fluence_sells(fluence: FluenceClient) -> None:
    assert Datacenter.objects.count() == len(sold.DATACENTERS)
    assert set(Cluster.objects.values_list("name", flat=True)) == {c.name for c in sold.CLUSTERS}
    assert Configuration.objects.count() == len(sold.CONFIGURATIONS)
    assert Image.objects.count() == len(sold.IMAGES)
    assert CatalogueState.objects.get().min_boot_disk_gb == 25
    families = set(Configuration.objects.values_list("family", flat=True))
    assert families == {"regular", "premium", "shared"}
    for price in fluence.prices.vms()[:20]:
        offer = Offer.objects.get(cluster=price.cluster_id, configuration=price.configuration_id)
        assert isinstance(offer.price_hour, Decimal)
        assert offer.price_hour == price.price_per_hour_per_qty
    assert not Offer.objects.filter(configuration__slug=sold.UNPRICED).exists()


@pytest.mark.usefixtures("catalogue")
def test_reading_it_again_changes_nothing_and_takes_few_statements(
    fluence: FluenceClient, django_assert_max_num_queries: object
) -> None:
    before = list(Offer.objects.order_by("pk").values())
    with django_assert_max_num_queries(22):  # type: ignore[operator]
        catalogue_read(fluence)
    assert list(Offer.objects.order_by("pk").values()) == before


@pytest.mark.usefixtures("catalogue", "key")
def test_what_is_sold_out_is_known_as_such(
    team: Team, petra: Actor, fluence: FluenceClient
) -> None:
    place: dict[str, Any] = {"place": sold.SMALL_CLUSTER, "slug": "cpu-regular-8vcpu-16gb"}
    deploy(team, petra, "all-of-it", **place)
    catalogue_read(fluence)
    small = Cluster.objects.get(name=sold.SMALL_CLUSTER)
    assert not small.offers.filter(available=True).exists()
    last = clusters_on_offer()[-1]
    assert (last.pk, last.price_from, last.configurations_left) == (small.pk, None, 0)


@pytest.mark.usefixtures("catalogue")
def test_what_is_not_sold_any_more_is_kept_but_not_listed(
    fluence: FluenceClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    Image.objects.create(id="old", slug="old", name="Old", distribution="Old", listed=True)
    Cluster.objects.create(id="old", name="old", listed=True)
    Configuration.objects.create(id="old", slug="old", vcpu=1, ram_gb=1, listed=True)
    catalogue_read(fluence)
    assert not Image.objects.get(pk="old").listed
    assert not Cluster.objects.get(pk="old").listed
    assert not Configuration.objects.get(pk="old").listed
    assert Cluster.objects.filter(listed=True).count() == len(sold.CLUSTERS)


def test_the_room_for_disks_is_that_of_the_kind_that_is_sold() -> None:
    """NVMe, replicated or not as its price says: other disks' room is no room for ours."""

    def room(storage_type: str, gb: int, *, replicated: bool) -> AvailableStorage:
        return AvailableStorage(storage_type=storage_type, replicated=replicated, volume_gb=gb)

    disks = (
        room("NVME", 500, replicated=False),
        room("NVME", 900, replicated=True),
        room("HDD", 9000, replicated=False),
    )
    resources = ClusterResources.model_construct(available_storage={"AMD": disks})
    assert _storage_left(resources, replicated=False) == 500
    assert _storage_left(resources, replicated=True) == 900


def test_half_an_answer_changes_nothing(
    fluence: FluenceClient, account: FluenceAccount, sim: RunningSimulator
) -> None:
    sim.faults.add("status", operation="GET /v1/prices/public-ip", status=500)
    assert not catalogue_refresh()
    assert not Cluster.objects.exists()


def test_the_first_account_does_not_wait_for_a_turn_that_nobody_could_take(
    team: Team, request: pytest.FixtureRequest, clock: Clock
) -> None:
    assert not catalogue_is_due(), "there is no key to read it with"
    request.getfixturevalue("account")
    assert catalogue_is_due()
    assert not catalogue_is_due(), "one caller gets the turn"
    clock.advance(121)
    assert catalogue_is_due()
    assert catalogue_refresh()
