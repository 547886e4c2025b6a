from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.models import account_of
from vms.ssh_key.selectors import ssh_keys_for_account

from .selectors import dashboard_of


@team_permission("vm:view")
def dashboard(request: TeamRequest) -> HttpResponse:
    """What stands there first; HTMX gets the body alone, and 204 while nothing has changed."""
    account = account_of(request.team)
    revision = f"{request.team.revision}-{account.resources_revision if account else 0}"
    if request.htmx and request.GET.get("revision") == revision:
        return HttpResponse(status=204)
    with_acts = request.membership.may(Permission.AUDIT_VIEW)
    found = dashboard_of(request.team, with_acts=with_acts)
    context = {
        "dashboard": found,
        "ledger": found.ledger,
        "account": account,
        "revision": revision,
        "lacks_key": found.is_empty and not ssh_keys_for_account(account),
    }
    is_part = request.htmx and not request.htmx.boosted
    template = "vms/dashboard/_body.html" if is_part else "vms/dashboard/dashboard.html"
    return render(request, template, context)
