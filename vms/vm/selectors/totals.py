"""What stands above a team's list: its totals, and the places to filter by.

They are worked out once for each revision of the team, which every change of a VM raises, and
remembered in Valkey: counting 100,000 VMs for each of many open tabs would keep the database busy.
"""

from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from time import time
from typing import Any
from uuid import UUID

from django.core.cache import cache
from django.db.models import Count, Exists, OuterRef, Sum

from controlpanel.teams.models import Team
from vms.core import statuses
from vms.models import VM, Cluster
from vms.resource.selectors.totals import LeftOverTotals, left_over_totals

# A place that is given another name shows it within so many seconds.
REMEMBERED_SECONDS = 600
# To be raised with any change of what is remembered.
FORMAT = 4


@dataclass(frozen=True, slots=True)
class VMTotals:
    """Counts and USD per hour of a team's VMs that have not ended."""

    launched: int
    in_progress: int
    attention: int
    price_hour: Decimal


@dataclass(frozen=True, slots=True)
class VMOverview:
    """`places` are the clusters that the team has VMs in: ids and names."""

    totals: VMTotals
    places: list[tuple[str, str]]
    left_over: LeftOverTotals


def vm_overview_for_team(*, team: Team) -> VMOverview:
    """Return the overview as of `team.revision` or later."""
    return _remembered(team.pk, team.revision, int(time() / REMEMBERED_SECONDS))


@lru_cache(maxsize=256)
def _remembered(team_id: UUID, revision: int, period: int) -> VMOverview:  # noqa: ARG001
    """Keep what Valkey keeps at hand: one process answers many tabs of the same team."""
    key = f"vm-overview:{FORMAT}:{team_id}:{revision}"
    if (kept := cache.get(key)) is not None:
        return _overview_from(kept)
    overview = _overview(team_id)
    cache.set(key, asdict(overview), REMEMBERED_SECONDS)
    return overview


def _overview_from(kept: dict[str, Any]) -> VMOverview:
    """Read an overview as the cache keeps it: in JSON, amounts as text."""
    totals, left_over = kept["totals"], kept["left_over"]
    return VMOverview(
        totals=VMTotals(**totals | {"price_hour": Decimal(totals["price_hour"])}),
        places=[(pk, name) for pk, name in kept["places"]],
        left_over=LeftOverTotals(**left_over | {"price_hour": Decimal(left_over["price_hour"])}),
    )


def _overview(team_id: UUID) -> VMOverview:
    return VMOverview(
        totals=_totals(team_id), places=_places(team_id), left_over=left_over_totals(team_id)
    )


def _totals(team_id: UUID) -> VMTotals:
    live = VM.objects.filter(team_id=team_id, hidden_at__isnull=True)
    # By status and nothing else, so that an index answers.
    sums = live.values_list("status").annotate(count=Count("*"), price=Sum("price_hour"))
    totals = {status: (count, price or Decimal(0)) for status, count, price in sums}
    troubled = live.filter(status__in=[statuses.FAILED, *statuses.OWN]).exclude(said=None)
    return VMTotals(
        launched=totals.get(statuses.LAUNCHED, (0, 0))[0],
        in_progress=sum(
            count for status, (count, _) in totals.items() if statuses.is_moving(status)
        ),
        attention=troubled.count(),
        price_hour=sum(
            (price for status, (_, price) in totals.items() if status not in statuses.ENDED),
            Decimal(0),
        ),
    )


def _places(team_id: UUID) -> list[tuple[str, str]]:
    here = VM.objects.filter(team_id=team_id, cluster=OuterRef("pk"), hidden_at__isnull=True)
    clusters = Cluster.objects.filter(Exists(here)).select_related("datacenter").order_by("name")
    return [(cluster.pk, str(cluster)) for cluster in clusters]
