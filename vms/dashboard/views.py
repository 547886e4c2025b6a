from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.models import account_of
from vms.ssh_key.selectors import ssh_keys_for_account

from .selectors import dashboard_of


@team_permission("vm:view")
def dashboard(request: TeamRequest) -> HttpResponse:
    """The team's home; HTMX gets the body alone, when something has changed."""
    with_acts = request.membership.may(Permission.AUDIT_VIEW)
    found = dashboard_of(request.team, with_acts=with_acts)
    context = {
        "dashboard": found,
        "ledger": found.ledger,
        "account": account_of(request.team),
        "lacks_key": found.is_empty and not ssh_keys_for_account(account_of(request.team)),
    }
    is_part = request.htmx and not request.htmx.boosted
    template = "vms/dashboard/_body.html" if is_part else "vms/dashboard/dashboard.html"
    return render(request, template, context)
