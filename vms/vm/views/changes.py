from django.http import HttpResponse
from django.shortcuts import render
from django_htmx.http import HttpResponseClientRefresh

from controlpanel.teams.access import TeamRequest, team_permission
from vms.core import statuses
from vms.vm.forms.filter import vm_filter_from
from vms.vm.selectors.list import MOST_CHANGES, vm_changes_for_team
from vms.vm.selectors.rows import VMRow
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
        **_sorted_out(changed, since, is_first_page="cursor" not in request.GET),
        "totals": overview.totals,
        "ledger": overview.ledger,
        "filters": filters,
        "revision": request.team.revision,
        "selecting": is_selecting(request),
        "words": row_words(),
    }
    return render(request, "vms/vm/_changes.html", context)


def _sorted_out(changed: list[VMRow], since: int, *, is_first_page: bool) -> dict[str, list[VMRow]]:
    """Return the rows to drop, to redraw, and to put in front: those that the first page lacks.

    `at_rest` are those of which nothing is under way any more.
    """
    seen = [vm for vm in changed if not vm.hidden_at]
    new = [vm for vm in seen if vm.revision_created > since] if is_first_page else []
    return {
        "gone": [vm for vm in changed if vm.hidden_at] + new,
        "changed": [vm for vm in seen if vm.revision_created <= since],
        "new": new[::-1],
        "at_rest": [vm for vm in changed if not statuses.is_moving(vm.status)],
    }


def _revision(text: str) -> int:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
