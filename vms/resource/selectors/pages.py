"""Pages of disks and of addresses: fifty at a time, in a fixed number of queries."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, UUIDField

from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Team
from vms.models import Attachable, Cluster, FluenceAccount, PublicIp

from .rows import AttachableRow, row_from, with_columns

PAGE = 50
LEFT_OVER, ATTACHED, ONE = "left-over", "attached", "one"


@dataclass(frozen=True, slots=True)
class ResourceFilter:
    """`show`: empty for all, "left-over" or "attached". `place`: a cluster id."""

    show: str = ""
    place: str = ""
    search: str = ""

    @property
    def is_active(self) -> bool:
        return bool(self.show or self.place or self.search)

    @property
    def shape(self) -> "ResourceFilter":
        """What of the filter decides the SQL; the rest are its values."""
        return ResourceFilter(self.show, self.place and ONE, self.search and ONE)

    @property
    def is_left_over(self) -> bool:
        return self.show == LEFT_OVER


@dataclass(frozen=True, slots=True)
class ResourcePage:
    """One page. `previous` and `next` are numbers, 0 where there is none."""

    rows: list[AttachableRow]
    number: int
    next: int

    @property
    def previous(self) -> int:
        return self.number - 1


def resource_page(
    model: type[Attachable], account: FluenceAccount, filters: ResourceFilter, number: int
) -> ResourcePage:
    """Return a page, counted from 1; the first if there is no such page.

    The newest come first; of what is left over the dearest.
    """
    if number == 1:
        query = _first_page(model, filters.shape)
        found = query(account=account.pk, place=filters.place, search=filters.search)
        rows = [row_from(values, model) for values in found[:PAGE]]
        return ResourcePage(rows=rows, number=1, next=2 if len(found) > PAGE else 0)
    start = (number - 1) * PAGE
    matching = _matching(model, filters).filter(account=account)
    # Sorted by what is narrow, and read whole only for the page.
    ids = list(matching.values_list("pk", flat=True)[start : start + PAGE + 1])
    if not ids:
        return resource_page(model, account, filters, 1)
    by_id = {
        values["id"]: row_from(values, model)
        for values in with_columns(model._default_manager.filter(pk__in=ids[:PAGE]), model)
    }
    return ResourcePage(
        rows=[by_id[pk] for pk in ids[:PAGE] if pk in by_id],
        number=number,
        next=number + 1 if len(ids) > PAGE else 0,
    )


@cache
def _first_page(model: type[Attachable], shape: ResourceFilter) -> PreparedQuery[dict[str, Any]]:
    """Return one row more than a page has."""

    def build() -> QuerySet[Any, dict[str, Any]]:
        filters = ResourceFilter(
            show=shape.show,
            place=Given("place", CharField()) if shape.place else "",  # type: ignore[arg-type]
            search=Given("search", CharField()) if shape.search else "",  # type: ignore[arg-type]
        )
        rows = _matching(model, filters).filter(account=Given("account", UUIDField()))
        return with_columns(rows, model)[: PAGE + 1]

    return PreparedQuery(build)


def _matching(model: type[Attachable], filters: ResourceFilter) -> QuerySet[Attachable]:
    rows: QuerySet[Attachable] = model._default_manager.filter(hidden_at=None)
    if filters.is_left_over:
        rows = rows.filter(is_left_over=True).order_by("-price_order", "created_at", "pk")
    else:
        rows = rows.order_by("-created_at", "-pk")
    if filters.show == ATTACHED:
        rows = rows.exclude(attached_to="").filter(is_checked=True)
    if filters.place:
        rows = rows.filter(cluster_id=filters.place)
    if filters.search:
        wanted = Q(name__icontains=filters.search)
        if model is PublicIp:
            wanted |= Q(address__icontains=filters.search)
        rows = rows.filter(wanted)
    return rows


def row_for_team(model: type[Attachable], *, team: Team, pk: UUID) -> AttachableRow | None:
    """Return one of the team's, as its page shows it."""
    rows = with_columns(model._default_manager.filter(account__team=team, pk=pk), model)
    return next((row_from(values, model) for values in rows), None)


def places() -> list[tuple[str, str]]:
    """Return the listed places, ids and names, for filters and new resources."""
    return [(cluster.pk, str(cluster)) for cluster in _PLACES()]


_PLACES = PreparedQuery(
    lambda: Cluster.objects.filter(listed=True).select_related("datacenter").order_by("name")
)
