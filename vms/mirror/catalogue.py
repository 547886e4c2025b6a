"""Reading the catalogue: places, configurations, images, prices and what is available.

It is the same for all accounts, so any healthy key reads it for everybody.
"""

import logging
from collections.abc import Iterable
from datetime import timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from controlpanel import fluence
from vms.core.clients import client_for
from vms.core.fitting import fitting
from vms.models import (
    CatalogueState,
    Cluster,
    Configuration,
    Datacenter,
    FluenceAccount,
    Image,
    Offer,
)

from .unreadable import unreadable_keep_of_catalogue

logger = logging.getLogger(__name__)
EVERY = timedelta(minutes=2)
NVME = "NVME"


def catalogue_is_due() -> bool:
    """Claim the catalogue's next refresh; true for the one caller who got it.

    Without an account there is nothing to read it with, and the first one must not wait for it.
    """
    if not FluenceAccount.objects.exists():
        return False
    now = timezone.now()
    CatalogueState.objects.get_or_create(pk=1, defaults={"refresh_after": now})
    due = CatalogueState.objects.filter(pk=1, refresh_after__lte=now)
    return due.update(refresh_after=now + EVERY) == 1


def catalogue_refresh() -> bool:
    """Read the catalogue with the first account whose key works; false if none did."""
    accounts = FluenceAccount.objects.exclude(health=FluenceAccount.Health.KEY_REJECTED)
    for account in accounts.order_by("health", "connected_at")[:5]:
        try:
            catalogue_read(client_for(account))
        except fluence.FluenceError as error:
            logger.warning("catalogue not read with account %s: %s", account.pk, error.code)
        else:
            return True
    return False


def catalogue_read(client: fluence.FluenceClient) -> None:
    """Read everything first, then write it in one transaction: no page sees a half of it.

    What cannot be read is not on offer until it can.
    """
    unreadable: list[fluence.Unreadable] = []
    client = client.leaving_out(unreadable)
    datacenters = client.catalogue.datacenters()
    clusters = client.catalogue.clusters()
    configurations = client.catalogue.configurations()
    images = client.catalogue.images()
    storage_types = client.catalogue.storage_types()
    resources = client.catalogue.resources()
    vm_prices = client.prices.vms()
    storage_prices = client.prices.storages()
    ip_prices = client.prices.public_ips()
    with transaction.atomic():
        _write_datacenters(datacenters)
        _write_clusters(clusters, storage_prices, ip_prices, resources)
        _write_configurations(configurations)
        _write_images(images)
        _write_offers(vm_prices, resources)
        _write_state(storage_types)
        unreadable_keep_of_catalogue(unreadable)


def _write(listed: Iterable[Model]) -> None:
    """Insert rows, or update those of the same id: all in one statement, which takes an id once.

    It locks rows more lightly than an update would, so that VMs can be made meanwhile.
    """
    rows = list({row.pk: row for row in listed}.values())
    if not rows:
        return
    model = type(rows[0])
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model._default_manager.bulk_create(
        rows, update_conflicts=True, unique_fields=["id"], update_fields=names
    )


def _write_datacenters(datacenters: tuple[fluence.Datacenter, ...]) -> None:
    _write(
        [
            Datacenter(
                id=dc.id,
                slug=fitting(Datacenter, "slug", dc.slug),
                city=fitting(Datacenter, "city", dc.city_name or dc.city_code),
                country_code=fitting(Datacenter, "country_code", dc.country_code),
                tier=dc.tier,
                certifications=list(dc.certifications),
            )
            for dc in datacenters
        ]
    )


def _write_clusters(
    clusters: tuple[fluence.Cluster, ...],
    storage_prices: tuple[fluence.StoragePrice, ...],
    ip_prices: tuple[fluence.PublicIpPrice, ...],
    resources: dict[str, fluence.ClusterResources],
) -> None:
    known = set(Datacenter.objects.values_list("pk", flat=True))
    addresses = {
        price.cluster_id: price.price_per_hour_per_qty
        for price in ip_prices
        if price.address_type == "V4"
    }
    rows = []
    for cluster in clusters:
        replicated, price_gb = _storage_of(cluster.id, storage_prices)
        left = resources.get(cluster.id, fluence.ClusterResources())
        rows.append(
            Cluster(
                id=cluster.id,
                datacenter_id=cluster.dc_id if cluster.dc_id in known else None,
                name=fitting(Cluster, "name", cluster.name),
                listed=True,
                storage_price_gb_hour=price_gb,
                storage_replicated=replicated,
                storage_available_gb=_storage_left(left, replicated=replicated),
                public_ip_price_hour=addresses.get(cluster.id),
                public_ips_available=left.available_public_ips.get("V4", 0),
            )
        )
    Cluster.objects.exclude(id__in=[cluster.id for cluster in clusters]).update(listed=False)
    _write(rows)


def _storage_of(
    cluster_id: str, prices: tuple[fluence.StoragePrice, ...]
) -> tuple[bool, Decimal | None]:
    """Return whether boot disks here are replicated, and their USD per GB and hour.

    Where both kinds are sold the plain one is taken, which costs less.
    """
    here = [p for p in prices if p.cluster_id == cluster_id and p.storage_type.upper() == NVME]
    if not here:
        return False, None
    price = min(here, key=lambda p: p.replicated)
    return price.replicated, price.price_per_hour_per_qty


def _storage_left(resources: fluence.ClusterResources, *, replicated: bool) -> int:
    """Return the largest disk that fits, in GB, over all CPU families."""
    return max(
        (
            storage.volume_gb
            for family in resources.available_storage.values()
            for storage in family
            if storage.storage_type.upper() == NVME and storage.replicated == replicated
        ),
        default=0,
    )


def _write_configurations(configurations: tuple[fluence.Configuration, ...]) -> None:
    ids = [configuration.id for configuration in configurations]
    Configuration.objects.exclude(id__in=ids).update(listed=False)
    _write(
        [
            Configuration(
                id=configuration.id,
                slug=fitting(Configuration, "slug", configuration.slug),
                name=fitting(Configuration, "name", configuration.name),
                description=fitting(Configuration, "description", configuration.description),
                family=fitting(Configuration, "family", configuration.family),
                vcpu=configuration.vcpu,
                ram_gb=configuration.ram_gb,
                dedicated=configuration.dedicated,
                listed=True,
            )
            for configuration in configurations
        ]
    )


def _write_images(images: tuple[fluence.Image, ...]) -> None:
    Image.objects.exclude(id__in=[image.id for image in images]).update(listed=False)
    _write(
        [
            Image(
                id=image.id,
                slug=fitting(Image, "slug", image.slug),
                name=fitting(Image, "name", image.name),
                distribution=fitting(Image, "distribution", image.distribution),
                username=fitting(Image, "username", image.username),
                download_url=image.download_url,
                listed=True,
            )
            for image in images
        ]
    )


def _write_offers(
    prices: tuple[fluence.VMPrice, ...], resources: dict[str, fluence.ClusterResources]
) -> None:
    clusters = set(Cluster.objects.values_list("pk", flat=True))
    configurations = set(Configuration.objects.values_list("pk", flat=True))
    available = {
        (cluster_id, configuration.id)
        for cluster_id, left in resources.items()
        for configuration in left.available_configurations
    }
    offers = {
        (price.cluster_id, price.configuration_id): Offer(
            cluster_id=price.cluster_id,
            configuration_id=price.configuration_id,
            price_hour=price.price_per_hour_per_qty,
            available=(price.cluster_id, price.configuration_id) in available,
        )
        for price in prices
        if price.cluster_id in clusters and price.configuration_id in configurations
    }
    Offer.objects.bulk_create(
        offers.values(),
        update_conflicts=True,
        unique_fields=["cluster", "configuration"],
        update_fields=["price_hour", "available"],
    )
    gone = [o.pk for o in Offer.objects.all() if (o.cluster_id, o.configuration_id) not in offers]
    Offer.objects.filter(pk__in=gone).delete()


def _write_state(storage_types: tuple[fluence.StorageType, ...]) -> None:
    sizes = [kind.min_volume_gb for kind in storage_types if kind.boot_disk]
    values: dict[str, object] = {"refreshed_at": timezone.now()}
    if sizes:
        values["min_boot_disk_gb"] = min(sizes)
    CatalogueState.objects.update_or_create(pk=1, defaults=values)
