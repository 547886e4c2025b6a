from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from controlpanel.accounts.models import User
from controlpanel.teams import services
from controlpanel.teams.access import LAST_TEAM, actor_for
from controlpanel.teams.forms import NewTeamForm
from controlpanel.teams.selectors import invitations_open_for, memberships_of


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Lead to the VMs of the team looked at last; tell a person without a team what to do."""
    user = _person(request)
    slugs = [membership.team.slug for membership in memberships_of(user)]
    if not slugs:
        context = {"invitations": invitations_open_for(user), "form": NewTeamForm()}
        return render(request, "teams/home.html", context)
    last = request.session.get(LAST_TEAM)
    return redirect(settings.TEAM_HOME, slug=last if last in slugs else slugs[0])


@require_http_methods(["GET", "HEAD", "POST"])
def team_create(request: HttpRequest) -> HttpResponse:
    form = NewTeamForm(request.POST or None)
    if form.is_valid():
        try:
            team = services.team_create(
                actor=actor_for(request),
                name=form.cleaned_data["name"],
                owner=_person(request),
                form_key=form.cleaned_data["form_key"],
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return redirect(settings.TEAM_HOME, slug=team.slug)
    status = 422 if form.is_bound else 200
    return render(request, "teams/create.html", {"form": form}, status=status)


def _person(request: HttpRequest) -> User:
    # LoginRequiredMiddleware lets nobody else come here.
    assert isinstance(request.user, User)  # noqa: S101
    return request.user
