"""What the VM pages read: from the database only, in a fixed number of queries."""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Team
from vms.core import statuses
from vms.models import VM

from .rows import VMRow, row_from, with_columns

PAGE = 50
# More than this and an open tab reads its page anew instead of row by row.
MOST_CHANGES = 200
LIVE, EVERYTHING, ONE = "", "all", "one"


@dataclass(frozen=True, slots=True)
class VMFilter:
    """`status`: empty for all that have not ended, "all", or one status. `place`: a cluster id."""

    status: str = LIVE
    place: str = ""
    search: str = ""

    @property
    def is_active(self) -> bool:
        return bool(self.status or self.place or self.search)

    @property
    def is_of_one_status(self) -> bool:
        return self.status not in {LIVE, EVERYTHING}

    @property
    def shape(self) -> "VMFilter":
        """What of the filter decides the SQL; the rest are its values."""
        return VMFilter(
            status=ONE if self.is_of_one_status else self.status,
            place=self.place and ONE,
            search=self.search and ONE,
        )


@dataclass(frozen=True, slots=True)
class VMPage:
    """One page of VMs, newest first; the cursors are empty where there is no further page."""

    vms: list[VMRow]
    older: str
    newer: str


def vm_list_for_team(*, team: Team, filters: VMFilter, cursor: str = "") -> VMPage:
    """Return the page that `cursor` names, "<" or ">" and a VM's key; the first without."""
    direction, at, pk = _cursor_read(cursor)
    query = _page_query(filters.shape, direction if at else "")
    found = query(team=team.pk, at=at, pk=pk, **asdict(filters))
    vms, has_more = [row_from(values) for values in found[:PAGE]], len(found) > PAGE
    if at and direction == "<":
        vms.reverse()
        has_newer, has_older = has_more, True
    else:
        has_newer, has_older = bool(at), has_more
    return VMPage(
        vms=vms,
        older=_cursor_write(">", vms[-1]) if vms and has_older else "",
        newer=_cursor_write("<", vms[0]) if vms and has_newer else "",
    )


def vm_changes_for_team(*, team: Team, filters: VMFilter, since: int) -> list[VMRow]:
    """Return what an open list must redraw: the VMs that changed after revision `since`.

    Hidden ones are among them, so that the tab can drop their rows, and so are those that no
    longer match the filter, so that their rows show how they ended. One more than MOST_CHANGES
    stands for too many.
    """
    query = _changes_query(filters.shape)
    found = query(team=team.pk, since=since, **asdict(filters))
    # The database reads them by revision, from an index; a tab puts them in as they were created.
    found.sort(key=itemgetter("created_at", "id"))
    return [row_from(values) for values in found]


_TEAM = Given("team", models.UUIDField())
_PK = Given("pk", models.UUIDField())
_AT = Given("at", models.DateTimeField())
_SINCE = Given("since", models.BigIntegerField())


def _matching(shape: VMFilter) -> Q:
    """Return the conditions of a filter of this shape."""
    matching = Q(hidden_at__isnull=True)
    if shape.status == LIVE:
        matching &= ~Q(status=statuses.TERMINATED)
    elif shape.is_of_one_status:
        matching &= Q(status=Given("status", models.CharField()))
    if shape.place:
        matching &= Q(cluster_id=Given("place", models.CharField()))
    if shape.search:
        matching &= Q(name__icontains=Given("search", models.CharField()))
    return matching


@cache
def _page_query(shape: VMFilter, direction: str) -> PreparedQuery[dict[str, Any]]:
    """Return one VM more than a page has: from the newest on, or beside a VM in a direction."""
    beside = {
        "": Q(),
        ">": Q(created_at__lte=_AT) & (Q(created_at__lt=_AT) | Q(pk__lt=_PK)),
        "<": Q(created_at__gte=_AT) & (Q(created_at__gt=_AT) | Q(pk__gt=_PK)),
    }[direction]
    order = ("created_at", "pk") if direction == "<" else ("-created_at", "-pk")

    def build() -> QuerySet[Any, dict[str, Any]]:
        rows = VM.objects.filter(_matching(shape), beside, team=_TEAM).order_by(*order)
        if shape.search:
            # By an index that holds the names: no row is read that does not match.
            found = rows.values("pk")[: PAGE + 1]
            rows = VM.objects.filter(pk__in=found).order_by(*order)
        return with_columns(rows)[: PAGE + 1]

    return PreparedQuery(build)


@cache
def _changes_query(shape: VMFilter) -> PreparedQuery[dict[str, Any]]:
    """Return what changed of the VMs that a tab may show, or that match its filter now."""
    shown = Q(revision_created__lte=_SINCE) | _matching(shape)
    return PreparedQuery(
        lambda: with_columns(
            VM.objects.filter(shown, team=_TEAM, revision__gt=_SINCE).order_by("revision")
        )[: MOST_CHANGES + 1],
    )


def _cursor_write(direction: str, vm: VMRow) -> str:
    return f"{direction}{vm.created_at.isoformat()}_{vm.pk}"


def _cursor_read(cursor: str) -> tuple[str, datetime | None, str]:
    """Return direction, time and id; one that makes no sense means the first page."""
    moment, _, pk = cursor[1:].rpartition("_")
    try:
        at = parse_datetime(moment)
        UUID(pk)
        at = at.astimezone(UTC) if at and timezone.is_aware(at) else None
    except (ValueError, OverflowError):
        at = None
    return (cursor[0], at, pk) if at else (">", None, "")
