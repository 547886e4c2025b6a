from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from controlpanel.accounts.models import User
from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, actor_for, team_permission
from controlpanel.teams.forms import InvitationForm
from controlpanel.teams.models import Invitation
from controlpanel.teams.permissions import ROLE_SUMMARIES, Role
from controlpanel.teams.selectors import invitation_by_token, memberships_of
from controlpanel.teams.services.invitation import InvitationClosedError, invitation_refusal

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


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    """Say who invites to what; let the invited person in once they are logged in."""
    invitation = invitation_by_token(token)
    if invitation is None:
        raise Http404("No such invitation.")
    if not isinstance(request.user, User):
        return _ask_who(request, invitation, token)
    refusal = invitation_refusal(invitation, request.user)
    if request.method == "POST":
        try:
            return _joined(request, token, request.user)
        except InvitationClosedError as error:
            refusal = error
    context = {
        "invitation": invitation,
        "refusal": refusal,
        "is_member": any(each.team == invitation.team for each in memberships_of(request.user)),
        "summary": ROLE_SUMMARIES[Role(invitation.role)],
    }
    status = 409 if request.method == "POST" else 200
    return render(request, "teams/invitation_accept.html", context, status=status)


def _joined(request: HttpRequest, token: str, user: User) -> HttpResponse:
    membership = services.invitation_accept(actor=actor_for(request), token=token, user=user)
    messages.success(request, _("Welcome to %(team)s.") % {"team": membership.team.name})
    return redirect(settings.TEAM_HOME, slug=membership.team.slug)


def _ask_who(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    if request.method == "POST":
        return redirect_to_login(request.path)
    context = {
        "invitation": invitation,
        "refusal": invitation_refusal(invitation),
        "token": token,
        "has_login": User.objects.filter(email__iexact=invitation.email).exists(),
    }
    return render(request, "teams/invitation_accept.html", context)
