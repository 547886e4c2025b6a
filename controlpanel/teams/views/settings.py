from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.forms import TeamRenameForm


@team_permission("team:rename")
@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: TeamRequest) -> HttpResponse:
    current = request.team.name
    form = TeamRenameForm(request.POST or None, initial={"name": current}, current=current)
    if form.is_valid():
        name, seen = form.cleaned_data["name"], form.cleaned_data["seen"]
        try:
            services.team_rename(actor=request.actor, team=request.team, name=name, seen=seen)
        except ValidationError as error:
            form.add_error(None, error)
            form.see(current)
        else:
            messages.success(request, _("The team is called %(name)s now.") % {"name": name})
            return redirect("teams:settings", slug=request.team.slug)
    status = 422 if form.is_bound else 200
    return render(request, "teams/settings.html", {"form": form}, status=status)
