"""The page of a team's members, which several views answer with."""

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest
from controlpanel.teams.forms import InvitationForm, roles_to_give
from controlpanel.teams.models import Membership
from controlpanel.teams.permissions import ROLE_PERMISSIONS, ROLE_SUMMARIES, Permission, Role
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
        "rows": [member_row(request, m, refused.get(m.pk)) for m in members_of(request.team)],
        "invitations": invitations_pending(request.team) if may_manage else [],
        "form": form or InvitationForm(giver=request.membership),
        "new": new,
        "role_summaries": ROLE_SUMMARIES.items(),
        "roles": list(Role),
        "permission_rows": _permission_rows(),
    }
    is_swap = request.htmx and request.htmx.target == "invitations"
    template = "teams/_invitations.html" if is_swap else "teams/members.html"
    return render(request, template, context, status=status)


def member_row(
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


def _permission_rows() -> list[tuple[Permission, list[tuple[Role, bool]]]]:
    """Return which role has each permission."""
    return [
        (permission, [(role, permission in ROLE_PERMISSIONS[role]) for role in Role])
        for permission in Permission
    ]
