"""What stands above a team's list: its counts, what they cost, and the places to filter by.

They are worked out once for each revision of the team, which every change of a VM raises, and
remembered in Valkey: counting 100,000 VMs for each of many open tabs would keep the database busy.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef

from controlpanel.lib.remembered import remembered
from controlpanel.teams.models import Team
from vms.billing.selectors.ledger import Ledger, ledger_of
from vms.core import statuses
from vms.models import VM, Cluster


@dataclass(frozen=True, slots=True)
class VMTotals:
    """Counts of a team's VMs that have not ended."""

    launched: int
    in_progress: int
    attention: int


@dataclass(frozen=True, slots=True)
class VMOverview:
    """`places` are the clusters that the team has VMs in: ids and names."""

    totals: VMTotals
    places: list[tuple[str, str]]
    ledger: Ledger


def vm_overview_for_team(*, team: Team) -> VMOverview:
    """Return the overview as of `team.revision` or later."""
    ledger = ledger_of(team)
    counts = ledger.burn.vm_counts
    seen = _counted(team.pk, team.revision)
    totals = VMTotals(
        launched=counts.get(statuses.LAUNCHED, 0),
        in_progress=sum(count for status, count in counts.items() if statuses.is_moving(status)),
        attention=seen["attention"],
    )
    return VMOverview(totals, places=[(pk, name) for pk, name in seen["places"]], ledger=ledger)


@remembered("vm-overview:5")
def _counted(team_id: UUID, _revision: int) -> dict[str, Any]:
    return {"attention": _troubled(team_id), "places": _places(team_id)}


def _troubled(team_id: UUID) -> int:
    live = VM.objects.filter(team_id=team_id, hidden_at__isnull=True)
    return live.filter(status__in=[statuses.FAILED, *statuses.OWN]).exclude(said=None).count()


def _places(team_id: UUID) -> list[tuple[str, str]]:
    here = VM.objects.filter(team_id=team_id, cluster=OuterRef("pk"), hidden_at__isnull=True)
    clusters = Cluster.objects.filter(Exists(here)).select_related("datacenter").order_by("name")
    return [(cluster.pk, str(cluster)) for cluster in clusters]
