"""Pages of disks and of addresses: fifty at a time, in a fixed number of queries."""

from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

from django.db.models import CharField, Q, QuerySet, UUIDField

from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Team
from vms.models import Attachable, FluenceAccount, PublicIp

from .places import all_places
from .rows import AttachableRow, rows_from, with_columns

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
    """One page. `previous` and `next` are numbers, 0 where there is none.

    `places` are those to filter by: ids and names.
    """

    rows: list[AttachableRow]
    places: list[tuple[str, str]]
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
        return _page(found[:PAGE], model, number=1, has_more=len(found) > PAGE)
    start = (number - 1) * PAGE
    matching = _matching(model, filters).filter(account=account)
    # Sorted by what is narrow, and read whole only for the page.
    ids = list(matching.values_list("pk", flat=True)[start : start + PAGE + 1])
    if not ids:
        return resource_page(model, account, filters, 1)
    rows = with_columns(model._default_manager.filter(pk__in=ids[:PAGE]), model)
    by_id = {values["id"]: values for values in rows}
    found = [by_id[pk] for pk in ids[:PAGE] if pk in by_id]
    return _page(found, model, number=number, has_more=len(ids) > PAGE)


def _page(
    found: list[dict[str, Any]], model: type[Attachable], *, number: int, has_more: bool
) -> ResourcePage:
    # Read after the rows, so that each row's place is among them.
    places = all_places()
    return ResourcePage(
        rows=rows_from(found, model, places),
        places=[(pk, place.name) for pk, place in places.items() if place.is_listed],
        number=number,
        next=number + 1 if has_more else 0,
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
    """Return one of the team's; nothing if it has no such."""
    mine = model._default_manager.filter(account__team=team, hidden_at=None, pk=pk)
    rows = rows_from(list(with_columns(mine, model)), model, all_places())
    return rows[0] if rows else None
