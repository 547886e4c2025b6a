"""The table of places and prices: a row for each configuration, a column for each place."""

from collections.abc import Sequence
from dataclasses import dataclass

from vms.models import Cluster, Configuration, Offer


@dataclass(frozen=True, slots=True)
class Cell:
    """What one configuration costs in one place; `offer` is None where it is not sold."""

    cluster: Cluster
    offer: Offer | None
    is_cheapest: bool


@dataclass(frozen=True, slots=True)
class Row:
    configuration: Configuration
    cells: list[Cell]


@dataclass(frozen=True, slots=True)
class Comparison:
    clusters: list[Cluster]
    families: list[str]
    family: str
    rows: list[Row]


def compare(clusters: Sequence[Cluster], offers: Sequence[Offer], *, family: str) -> Comparison:
    """Arrange offers by configuration and place; an unknown `family` means all of them."""
    by_key = {(offer.configuration_id, offer.cluster_id): offer for offer in offers}
    configurations = {offer.configuration_id: offer.configuration for offer in offers}
    families = sorted({c.family for c in configurations.values() if c.family})
    family = family if family in families else ""
    shown = [c for c in configurations.values() if not family or c.family == family]
    shown.sort(key=lambda c: (c.family, c.vcpu, c.ram_gb, c.slug))
    rows = [_row(configuration, clusters, by_key) for configuration in shown]
    return Comparison(clusters=list(clusters), families=families, family=family, rows=rows)


def _row(
    configuration: Configuration,
    clusters: Sequence[Cluster],
    by_key: dict[tuple[str, str], Offer],
) -> Row:
    offers = [by_key.get((configuration.pk, cluster.pk)) for cluster in clusters]
    prices = [offer.price_hour for offer in offers if offer and offer.available]
    lowest = min(prices, default=None)
    cells = [
        Cell(
            cluster=cluster,
            offer=offer,
            is_cheapest=bool(offer and offer.available and offer.price_hour == lowest),
        )
        for cluster, offer in zip(clusters, offers, strict=True)
    ]
    return Row(configuration, cells)
