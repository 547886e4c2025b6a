"""What Fluence offers, as mirrored: places, configurations, images."""

from typing import Any

from django.db.models import Case, CharField, Count, Min, Q, QuerySet, Subquery, When
from django.db.models.functions import Coalesce

from controlpanel.lib.prepared import Given, PreparedQuery
from vms.models import CatalogueState, Cluster, Image, Offer


def clusters_on_offer() -> list[Any]:
    """Return listed clusters with `price_from` (USD/h, None when sold out), cheapest first.

    Each has `min_boot_disk_gb`, the least that a boot disk may have anywhere.
    """
    return _CLUSTERS()


def _clusters() -> QuerySet[Any]:
    least = CatalogueState.objects.filter(pk=1).values("min_boot_disk_gb")
    return (
        Cluster.objects.filter(listed=True)
        .select_related("datacenter")
        .annotate(
            price_from=Min("offers__price_hour", filter=Q(offers__available=True)),
            configurations_left=Count("offers", filter=Q(offers__available=True)),
            min_boot_disk_gb=Coalesce(Subquery(least), CatalogueState().min_boot_disk_gb),
        )
        .order_by(Case(When(configurations_left=0, then=1), default=0), "price_from", "name")
    )


_CLUSTERS = PreparedQuery(_clusters)


def offers_in_cluster(cluster_id: str) -> list[Offer]:
    """Return what a cluster sells, small to large within a family."""
    return _OFFERS(cluster=cluster_id)


_OFFERS = PreparedQuery(
    lambda: (
        Offer.objects.filter(cluster_id=Given("cluster", CharField()), configuration__listed=True)
        .select_related("configuration", "cluster")
        .order_by("configuration__family", "configuration__vcpu", "configuration__ram_gb")
    )
)


def offers_everywhere() -> list[Offer]:
    """Return all offers of listed clusters, for comparing places."""
    return list(
        Offer.objects.filter(cluster__listed=True, configuration__listed=True).select_related(
            "configuration", "cluster__datacenter"
        )
    )


def images_on_offer() -> QuerySet[Image]:
    return Image.objects.filter(listed=True)


def catalogue_state() -> CatalogueState:
    return CatalogueState.objects.filter(pk=1).first() or CatalogueState()
