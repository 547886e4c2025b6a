from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.numbers import page_number
from vms.models import account_of

from .selectors import left_over_page, left_over_totals


@team_permission("vm:view")
def left_over(request: TeamRequest) -> HttpResponse:
    """What no VM has and costs money; HTMX gets the body alone, and 204 while it is unchanged."""
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/left_over/list.html")
    if request.htmx and request.GET.get("revision") == str(account.left_over_revision):
        return HttpResponse(status=204)
    context = {
        "account": account,
        "page": left_over_page(account, page_number(request.GET.get("page", ""))),
        "totals": left_over_totals(request.team.pk),
        "is_read": account.disks_read_at or account.public_ips_read_at or account.reconciled_at,
    }
    template = "vms/left_over/_list.html" if request.htmx else "vms/left_over/list.html"
    return render(request, template, context)
