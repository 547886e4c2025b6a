from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.forms import InvitationForm
from controlpanel.teams.models import Invitation

from .members_page import members_page


@team_permission("member:manage")
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def invitation_create(request: TeamRequest) -> HttpResponse:
    """Invite somebody, and show the link this once: nobody can look it up again."""
    if request.method != "POST":  # the address bar still says so after a plain form was sent
        return redirect("teams:members", slug=request.team.slug)
    form = InvitationForm(request.POST, giver=request.membership)
    if form.is_valid():
        try:
            new = services.invitation_create(
                actor=request.actor,
                team=request.team,
                email=form.cleaned_data["email"],
                role=form.chosen_role(),
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            return members_page(request, new=new)
    return members_page(request, form=form, status=422)


@team_permission("member:manage")
@require_POST
def invitation_revoke(request: TeamRequest, pk: str) -> HttpResponse:
    rows = Invitation.objects.select_related("team")
    invitation = get_object_or_404(rows, team=request.team, pk=pk)
    try:
        services.invitation_revoke(actor=request.actor, invitation=invitation)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        words = _("The invitation of %(email)s is revoked.")
        messages.success(request, words % {"email": invitation.email})
    return redirect("teams:members", slug=request.team.slug)
