from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Permission, Role
from controlpanel.ui.seen import send_again

from .withdrawal import invitations_withdraw


class LastOwnerError(ValidationError):
    """The change would leave a team that nobody could administer."""

    def __init__(self, name: str) -> None:
        super().__init__(
            _("%(name)s is the team's only owner. Make somebody else an owner first.")
            % {"name": name},
            code="last_owner",
        )


class MemberGoneError(ValidationError):
    """Somebody else removed the member while the page was open."""

    def __init__(self, name: str) -> None:
        words = _("%(name)s is no longer a member of this team.") % {"name": name}
        super().__init__(words, code="member_gone")


class RoleChangedError(ValidationError):
    """Somebody else gave the member another role while the page was open."""

    def __init__(self, membership: Membership) -> None:
        words = _("%(name)s was made %(role)s since this page was opened.") % {
            "name": membership.user,
            "role": str(Role(membership.role).label).lower(),
        }
        super().__init__(f"{words} {send_again()}", code="role_changed")


@transaction.atomic
def membership_set_role(
    *, actor: Actor, membership: Membership, role: Role, seen: str = ""
) -> Membership:
    """Give a member another role. What they could not offer with it they have offered no more.

    Raises:
        PermissionDenied: the actor may not manage members, or an owner is concerned and they are
            no owner themselves.
        ValidationError: the member is the last owner, is gone, or has not the role `seen` any
            more, which was to be replaced.
    """
    members = members_locked(membership.team)
    permission_require(actor=actor, team=membership.team, permission=Permission.MEMBER_MANAGE)
    current = _current(members, membership)
    if Role.OWNER in {current.role, role}:
        permission_require(actor=actor, team=membership.team, permission=Permission.OWNER_MANAGE)
    if current.role == role:
        return current
    if seen and current.role != seen:
        raise RoleChangedError(current)
    _require_other_owner(members, current)
    before, current.role = current.role, role.value
    current.save(update_fields=["role"])
    audit_record(
        team_id=current.team_id,
        actor=actor,
        action=Action.MEMBERSHIP_SET_ROLE,
        target=membership_target(current),
        changes={"role": [before, role.value]},
    )
    invitations_withdraw(actor=actor, team=current.team, user_id=current.user_id, role=role)
    return current


@transaction.atomic
def membership_remove(*, actor: Actor, membership: Membership) -> None:
    """Take a member out of their team, and their open invitations with them.

    Everybody may take themselves out.

    Raises:
        PermissionDenied: as for `membership_set_role`.
        ValidationError: the member is the last owner, or is gone.
    """
    members = members_locked(membership.team)
    is_leaving = actor.kind == "user" and actor.id == str(membership.user_id)
    if not is_leaving:
        permission_require(actor=actor, team=membership.team, permission=Permission.MEMBER_MANAGE)
    current = _current(members, membership)
    if current.role == Role.OWNER and not is_leaving:
        permission_require(actor=actor, team=membership.team, permission=Permission.OWNER_MANAGE)
    _require_other_owner(members, current)
    target, role = membership_target(current), current.role
    current.delete()
    audit_record(
        team_id=membership.team_id,
        actor=actor,
        action=Action.MEMBERSHIP_REMOVE,
        target=target,
        changes={"role": [role, None]},
    )
    invitations_withdraw(actor=actor, team=membership.team, user_id=membership.user_id, role=None)


def members_locked(team: Team) -> list[Membership]:
    """Lock all memberships, so that two owners cannot demote each other in the same moment.

    Whoever comes second waits here, and then sees, in the permission check as well, what the
    first one did.
    """
    rows = Membership.objects.select_for_update(of=("self",)).select_related("team", "user")
    return list(rows.filter(team=team).order_by("pk"))


def membership_target(membership: Membership) -> Target:
    user = membership.user
    return Target(type="membership", id=str(user.pk), name=user.email)


def _current(members: list[Membership], membership: Membership) -> Membership:
    for member in members:
        if member.pk == membership.pk:
            return member
    raise MemberGoneError(str(membership.user))


def _require_other_owner(members: list[Membership], leaving: Membership) -> None:
    owners = [member for member in members if member.role == Role.OWNER]
    if owners == [leaving]:
        raise LastOwnerError(str(leaving.user))
