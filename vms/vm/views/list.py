from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from vms.core import statuses
from vms.vm.forms.filter import vm_filter_from
from vms.vm.selectors.list import vm_list_for_team
from vms.vm.selectors.totals import vm_overview_for_team
from vms.vm.words import row_words

from .access import is_selecting


@team_permission("vm:view")
def vm_list(request: TeamRequest) -> HttpResponse:
    """The team's VMs, newest first; HTMX gets the table alone when the filters change."""
    filters = vm_filter_from(request.GET)
    page = vm_list_for_team(
        team=request.team, filters=filters, cursor=request.GET.get("cursor", "")
    )
    context = {
        "page": page,
        "filters": filters,
        "revision": request.team.revision,
        "selecting": is_selecting(request),
        "words": row_words(),
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "vms/vm/_table.html", context)
    overview = vm_overview_for_team(team=request.team)
    context |= {
        "totals": overview.totals,
        "ledger": overview.ledger,
        "places": overview.places,
        "statuses": statuses.choices(),
    }
    return render(request, "vms/vm/list.html", context)
