from dataclasses import dataclass

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.forms import InvitationForm, RoleForm, roles_to_give
from controlpanel.teams.models import Membership
from controlpanel.teams.permissions import (
    ROLE_PERMISSIONS,
    ROLE_SUMMARIES,
    Permission,
    Role,
)
from controlpanel.teams.selectors import invitations_pending, members_of
from controlpanel.teams.services import NewInvitation


@dataclass(frozen=True, slots=True)
class MemberRow:
    """A member as the person looking may handle them."""

    membership: Membership
    is_you: bool
    can_manage: bool
    roles: list[Role]
    errors: list[str]


@team_permission("member:view")
@require_safe
def members(request: TeamRequest) -> HttpResponse:
    return members_page(request)


@team_permission("member:manage")
@require_POST
def member_role(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    form = RoleForm(request.POST, giver=request.membership)
    errors = [] if form.is_valid() else ["Choose one of the roles."]
    if not errors:
        try:
            membership = services.membership_set_role(
                actor=request.actor, membership=membership, role=form.chosen_role()
            )
        except ValidationError as error:
            errors = error.messages
    if not request.htmx and errors:
        return members_page(request, refused={membership.pk: errors}, status=422)
    # Whoever changed their own role sees another page now, not just another row.
    if not request.htmx or (not errors and membership.user_id == request.user.pk):
        return _to_members(request)
    context = {"row": _row(request, membership, errors), "team": request.team}
    status = 422 if errors else 200
    response = render(request, "teams/_member_row.html", context, status=status)
    if errors:
        return response
    text = f"{membership.user} is {membership.get_role_display().lower()} now."
    return trigger_client_event(response, "toast", {"message": text, "tone": "success"})


@team_permission("member:manage")
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    return _remove(request, membership, "teams:members", f"{membership.user} has been removed.")


@team_permission("member:view")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: TeamRequest) -> HttpResponse:
    return _remove(request, request.membership, "home", f"You have left {request.team.name}.")


def members_page(
    request: TeamRequest,
    *,
    form: InvitationForm | None = None,
    new: NewInvitation | None = None,
    refused: dict[int, list[str]] | None = None,
    status: int = 200,
) -> HttpResponse:
    """Render the page, perhaps with a form to correct, a link just made or a change refused."""
    refused = refused or {}
    may_manage = request.membership.may(Permission.MEMBER_MANAGE)
    context = {
        "team": request.team,
        "rows": [_row(request, m, refused.get(m.pk)) for m in members_of(request.team)],
        "invitations": invitations_pending(request.team) if may_manage else [],
        "form": form or InvitationForm(giver=request.membership),
        "new": new,
        "role_summaries": ROLE_SUMMARIES.items(),
        "roles": list(Role),
        "permission_rows": [
            (permission, [(role, permission in ROLE_PERMISSIONS[role]) for role in Role])
            for permission in Permission
        ],
    }
    is_swap = request.htmx and request.htmx.target == "invitations"
    template = "teams/_invitations.html" if is_swap else "teams/members.html"
    return render(request, template, context, status=status)


def _row(
    request: TeamRequest, membership: Membership, errors: list[str] | None = None
) -> MemberRow:
    roles = roles_to_give(request.membership)
    return MemberRow(
        membership=membership,
        is_you=membership.user_id == request.user.pk,
        can_manage=request.membership.may(Permission.MEMBER_MANAGE) and membership.role in roles,
        roles=roles,
        errors=errors or [],
    )


def _remove(request: TeamRequest, membership: Membership, leads_to: str, done: str) -> HttpResponse:
    errors: list[str] = []
    if request.method == "POST":
        try:
            services.membership_remove(actor=request.actor, membership=membership)
        except ValidationError as error:
            errors = error.messages
        else:
            messages.success(request, done)
            kwargs = {} if leads_to == "home" else {"slug": request.team.slug}
            target = reverse(leads_to, kwargs=kwargs)
            return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
    context = {
        "team": request.team,
        "membership": membership,
        "is_you": membership.user_id == request.user.pk,
        "errors": errors,
    }
    template = "teams/_member_remove.html" if request.htmx else "teams/member_remove.html"
    return render(request, template, context, status=422 if errors else 200)


def _member(request: TeamRequest, pk: int) -> Membership:
    rows = Membership.objects.select_related("team", "user")
    return get_object_or_404(rows, team=request.team, pk=pk)


def _to_members(request: TeamRequest) -> HttpResponse:
    target = reverse("teams:members", kwargs={"slug": request.team.slug})
    return HttpResponseClientRedirect(target) if request.htmx else redirect(target)
