from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_htmx.http import HttpResponseClientRedirect, trigger_client_event

from controlpanel.teams import services
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.forms import RoleChangeForm
from controlpanel.teams.models import Membership

from .members_page import member_row, members_page


@team_permission("member:view")
@require_safe
def members(request: TeamRequest) -> HttpResponse:
    return members_page(request)


@team_permission("member:manage")
@require_POST
def member_role(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    membership, errors = _set_role(request, membership)
    if not request.htmx and errors:
        return members_page(request, refused={membership.pk: errors}, status=422)
    # Whoever changed their own role sees another page now, not just another row.
    if not request.htmx or (not errors and membership.user_id == request.user.pk):
        return _to_members(request)
    context = {"row": member_row(request, membership, errors), "team": request.team}
    status = 422 if errors else 200
    response = render(request, "teams/_member_row.html", context, status=status)
    if errors:
        return response
    words = _("%(name)s is %(role)s now.")
    text = words % {"name": membership.user, "role": membership.get_role_display().lower()}
    return trigger_client_event(response, "toast", {"message": text, "tone": "success"})


def _set_role(request: TeamRequest, membership: Membership) -> tuple[Membership, list[str]]:
    form = RoleChangeForm(request.POST, giver=request.membership)
    if not form.is_valid():
        return membership, [_("Choose one of the roles.")]
    try:
        changed = services.membership_set_role(
            actor=request.actor,
            membership=membership,
            role=form.chosen_role(),
            seen=form.cleaned_data["seen"],
        )
    except ValidationError as error:
        return membership, error.messages
    return changed, []


@team_permission("member:manage")
@require_http_methods(["GET", "HEAD", "POST"])
def member_remove(request: TeamRequest, pk: int) -> HttpResponse:
    membership = _member(request, pk)
    done = _("%(name)s has been removed.") % {"name": membership.user}
    return _remove(request, membership, "teams:members", done)


@team_permission("member:view")
@require_http_methods(["GET", "HEAD", "POST"])
def leave(request: TeamRequest) -> HttpResponse:
    done = _("You have left %(team)s.") % {"team": request.team.name}
    return _remove(request, request.membership, "home", done)


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
