"""The page of an invitation's link."""

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from controlpanel.accounts.invited import is_proof_enough
from controlpanel.accounts.models import User
from controlpanel.teams import services
from controlpanel.teams.access import actor_for
from controlpanel.teams.models import Invitation
from controlpanel.teams.permissions import ROLE_SUMMARIES, Role
from controlpanel.teams.selectors import invitation_by_token, memberships_of
from controlpanel.teams.services.invitation import (
    InvitationClosedError,
    invitation_prove,
    invitation_refusal,
)


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
    refusal = invitation_refusal(invitation)
    has_login = User.objects.filter(email__iexact=invitation.email).exists()
    is_proven = is_proof_enough(token)
    if request.method == "POST":
        if has_login or is_proven or refusal:
            return redirect_to_login(request.path)
        return _prove(request, invitation, token)
    context = {
        "invitation": invitation,
        "refusal": refusal,
        "token": token,
        "has_login": has_login,
        "is_proven": is_proven,
    }
    return render(request, "teams/invitation_accept.html", context)


def _prove(request: HttpRequest, invitation: Invitation, token: str) -> HttpResponse:
    try:
        invitation_prove(invitation=invitation, token=token)
    except ValidationError as error:
        messages.error(request, error.messages[0])
    else:
        words = _("A mail is on its way to %(email)s. Go on with the link in it.")
        messages.success(request, words % {"email": invitation.email})
    return redirect("invitation-accept", token=token)
