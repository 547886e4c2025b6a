from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.forms import TeamForm


@team_permission("team:rename")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TeamRequest) -> HttpResponse:
    form = TeamForm(request.POST or None, initial={"name": request.team.name})
    if form.is_valid():
        name = form.cleaned_data["name"]
        services.team_rename(actor=request.actor, team=request.team, name=name)
        messages.success(request, _("The team is called %(name)s now.") % {"name": name})
        return redirect("teams:settings", slug=request.team.slug)
    status = 422 if form.is_bound else 200
    return render(request, "teams/settings.html", {"form": form}, status=status)
