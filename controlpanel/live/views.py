"""What the streams ask the pages. The front leads visitors to the streams instead."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from controlpanel.teams.access import TeamRequest, team_permission

from .listening import Listens


@team_permission("vm:view")
@require_safe
def listens(request: TeamRequest) -> HttpResponse:
    """Say whose stream it is; whoever may not see the team's VMs is refused as on every page."""
    who = Listens(team=str(request.team.pk), person=request.user.pk)
    return JsonResponse(who._asdict())
