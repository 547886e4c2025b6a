"""What a deployment costs: Fluence's own answer (POST /v1/prices/cost), or listed prices."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.core.cache import cache

from controlpanel.fluence import CostResource, FluenceError, PublicIpCost, StorageCost, VMCost
from controlpanel.ui.money import HOURS_PER_MONTH
from vms.billing.selectors.runway import Runway
from vms.core.clients import impatient_client_for
from vms.models import FluenceAccount, Offer

HOUR = 3600
CACHE_SECONDS = 60
# USD. What costs more in a month is asked about first, whatever its count is.
MUCH_PER_MONTH = Decimal(100)


@dataclass(frozen=True, slots=True)
class Size:
    """What the price of a deployment depends on: what is new of it."""

    cluster: str
    configuration: str
    boot_disk_gb: int
    public_ip: bool
    count: int
    data_gb: int = 0

    @property
    def disks_gb(self) -> int:
        return self.boot_disk_gb + self.data_gb


@dataclass(frozen=True, slots=True)
class Cost:
    """USD per hour: of one VM's parts, of one VM whole, and of all `count`.

    `is_live` says that Fluence computed it now; else it is added up from the listed prices.
    """

    vm: Decimal
    disks: Decimal
    public_ip: Decimal
    count: int
    is_live: bool

    @property
    def each(self) -> Decimal:
        return self.vm + self.disks + self.public_ip

    @property
    def total(self) -> Decimal:
        return self.each * self.count


@dataclass(frozen=True, slots=True)
class Total:
    """What a deployment costs, beside what there is to pay it from; amounts in USD.

    `running` is what the account burns per hour already. `runway` is how long the balance lasts
    with these besides, None where the API key may not read the balance.
    """

    cost: Cost
    running: Decimal
    runway: Runway | None

    @property
    def is_much(self) -> bool:
        return self.cost.total * HOURS_PER_MONTH > MUCH_PER_MONTH

    @property
    def doubles(self) -> bool:
        """Whether the team spends at least twice as much with it; not so for its first VM."""
        return 0 < self.running <= self.cost.total

    @property
    def asks_first(self) -> bool:
        """Whether nobody should deploy this by one click."""
        return self.cost.count > 1 or self.is_much or self.doubles or self.is_short

    @property
    def after(self) -> Decimal:
        """USD per hour that the account burns with it."""
        return self.running + self.cost.total

    @property
    def is_short(self) -> bool:
        """Whether the balance lasts less than a day with it."""
        return self.runway is not None and self.runway.is_within(days=1)

    @property
    def covered(self) -> int:
        """How many of the VMs the balance covers for their first hour, charged when they begin."""
        if self.runway is None or not self.cost.each:
            return self.cost.count
        return min(max(int(self.runway.balance / self.cost.each), 0), self.cost.count)

    @property
    def is_covered(self) -> bool:
        return self.covered == self.cost.count


def cost_listed(offer: Offer, size: Size) -> Cost:
    """Add up the mirrored list prices; asks nobody."""
    cluster = offer.cluster
    address = cluster.public_ip_price_hour if size.public_ip else None
    return Cost(
        vm=offer.price_hour,
        disks=(cluster.storage_price_gb_hour or Decimal(0)) * size.disks_gb,
        public_ip=address or Decimal(0),
        count=size.count,
        is_live=False,
    )


def cost_live(account: FluenceAccount, offer: Offer, size: Size) -> Cost:
    """Ask Fluence what it costs, remembered for a minute; listed prices if it does not answer."""
    place = f"{offer.cluster_id}:{offer.configuration_id}"
    key = f"cost:{account.pk}:{place}:{size.disks_gb}:{size.public_ip:d}"
    parts: Sequence[Decimal | str] | None = cache.get(key)
    if parts is None:
        try:
            parts = _ask(account, offer, size)
        except FluenceError:
            return cost_listed(offer, size)
        cache.set(key, parts, CACHE_SECONDS)
    vm, disks, address = map(Decimal, parts)
    return Cost(vm=vm, disks=disks, public_ip=address, count=size.count, is_live=True)


def _ask(account: FluenceAccount, offer: Offer, size: Size) -> tuple[Decimal, Decimal, Decimal]:
    cluster = offer.cluster
    resources: list[CostResource] = [
        VMCost(cluster_id=cluster.pk, configuration_id=offer.configuration_id),
    ]
    if size.disks_gb:
        resources.append(
            StorageCost(
                cluster_id=cluster.pk,
                storage_type="NVME",
                replicated=cluster.storage_replicated,
                volume_gb=size.disks_gb,
            )
        )
    if size.public_ip:
        resources.append(PublicIpCost(cluster_id=cluster.pk))
    answer = impatient_client_for(account).prices.cost(resources, secs=HOUR)
    per_hour = {"vm": Decimal(0), "storage": Decimal(0), "publicIp": Decimal(0)}
    for part in answer.cost_of_resources:
        for kind in per_hour.keys() & part.resource.keys():
            per_hour[kind] += part.cost_per_sec * HOUR
    return per_hour["vm"], per_hour["storage"], per_hour["publicIp"]
