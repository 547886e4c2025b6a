"""How an invitation ends before it is accepted, and who takes theirs along."""

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.models import Invitation, Membership, Team
from controlpanel.teams.permissions import ROLE_PERMISSIONS, Permission, Role
from controlpanel.ui.messages import Message, say, sentences_register


def invitation_close(actor: Actor, invitation: Invitation, said: Message | None = None) -> None:
    """Make a link worthless and log it. The caller holds the row's lock."""
    invitation.revoked_at = timezone.now()
    invitation.save(update_fields=["revoked_at"])
    audit_record(
        team_id=invitation.team_id,
        actor=actor,
        action=Action.INVITATION_REVOKE,
        target=invitation_target(invitation),
        changes={"role": [invitation.role, None]},
        said=said,
    )


def invitations_withdraw(*, actor: Actor, team: Team, user_id: int, role: Role | None) -> None:
    """Close what a person has offered and, with the role they have now, could not offer any more.

    `role` is None for who is no member. Call within the transaction of the change.
    """
    rows = Invitation.objects.select_for_update(of=("self",)).filter(
        team=team, invited_by_id=user_id, accepted_at=None, revoked_at=None
    )
    for invitation in rows.order_by("pk"):
        if not role_may_offer(role, Role(invitation.role)):
            said = say("inviter_may_not", name=invitation.invited_by_name)
            invitation_close(actor, invitation, said)


def inviter_may_offer(invitation: Invitation) -> bool:
    """Whether who made the invitation could still make it."""
    if invitation.invited_by_id is None:  # they are not in the panel any more
        return False
    membership = Membership.objects.filter(
        team_id=invitation.team_id, user_id=invitation.invited_by_id, user__is_active=True
    ).first()
    return role_may_offer(Role(membership.role) if membership else None, Role(invitation.role))


def role_may_offer(role: Role | None, offered: Role) -> bool:
    """Whether a role, or a stranger (None), may invite to another."""
    permissions = ROLE_PERMISSIONS[role] if role else frozenset()
    needed = {Permission.MEMBER_MANAGE}
    if offered == Role.OWNER:
        needed.add(Permission.OWNER_MANAGE)
    return needed <= permissions


def invitation_target(invitation: Invitation) -> Target:
    return Target(type="invitation", id=str(invitation.pk), name=invitation.email)


sentences_register(
    {
        "inviter_may_not": _("%(name)s, who made it, may not invite any more."),
        "invitation_replaced": _("It had expired; a new one takes its place."),
    }
)
