from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from controlpanel.teams.access import TeamRequest, team_permission
from vms.vm.forms.filter import vm_filter_from
from vms.vm.selectors.list import MOST_CHANGES, vm_changes_for_team
from vms.vm.selectors.totals import vm_overview_for_team
from vms.vm.words import row_words

from .access import is_selecting


@team_permission("vm:view")
def vm_changes(request: TeamRequest) -> HttpResponse:
    """What changed since the revision an open tab shows: nothing (204), or the rows anew.

    An unchanged team costs no query beyond the access check, which has loaded the revision.
    """
    since = _revision(request.GET.get("since", ""))
    if request.team.revision == since:
        return HttpResponse(status=204)
    filters = vm_filter_from(request.GET)
    changed = vm_changes_for_team(team=request.team, filters=filters, since=since)
    if len(changed) > MOST_CHANGES:
        return HttpResponseClientRefresh()
    overview = vm_overview_for_team(team=request.team)
    context = {
        "changed": changed,
        "totals": overview.totals,
        "left_over": overview.left_over,
        "filters": filters,
        "since": since,
        "revision": request.team.revision,
        "is_first_page": "cursor" not in request.GET,
        "selecting": is_selecting(request),
        "words": row_words(),
    }
    return render(request, "vms/vm/_changes.html", context)


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
