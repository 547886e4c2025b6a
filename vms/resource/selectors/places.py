"""Where disks and addresses are.

There are few places and they stand in the filter anyway: read by themselves and put to the rows
here. Joined to the rows instead, the first page's query takes 3.1 ms and not 1.7 (`make bench`'s
data, PostgreSQL), most of it spent on planning.
"""

from typing import NamedTuple

from controlpanel.lib.prepared import PreparedQuery
from vms.core import facts
from vms.models import Cluster


class Place(NamedTuple):
    """`name` is the whole one, for choosing; `city` and `detail` are for rows."""

    name: str
    city: str
    detail: str
    is_listed: bool


def all_places() -> dict[str, Place]:
    """Return the places by their cluster's id, in the order of their names."""
    return {cluster.pk: _place(cluster) for cluster in _CLUSTERS()}


def _place(cluster: Cluster) -> Place:
    center = cluster.datacenter
    return Place(
        name=str(cluster),
        city=facts.city(center.city if center else None, cluster.name),
        detail=facts.place_detail(center.country_code if center else None, cluster.name),
        is_listed=cluster.listed,
    )


_CLUSTERS = PreparedQuery(
    lambda: Cluster.objects.select_related("datacenter").order_by("name", "pk")
)
