from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.translation import gettext as _

from controlpanel.accounts.invited import mailed_token, plain_token
from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.lib import rates
from controlpanel.lib.links import public_url
from controlpanel.lib.mail import MailNotSent, mail_sending
from controlpanel.lib.mail_address import mail_address
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Invitation, Membership, Team, invitation_token_hash
from controlpanel.teams.permissions import Permission, Role
from controlpanel.ui.messages import say

from .membership import members_locked, membership_target
from .withdrawal import invitation_close, invitation_target, inviter_may_offer

# Of one person; each is a mail to somebody.
MOST_INVITATIONS_AN_HOUR = 50
MOST_PROOFS_AN_HOUR = 5


@dataclass(frozen=True, slots=True)
class NewInvitation:
    """An invitation with its link, which exists nowhere else: only the token's hash is kept.

    Where it could not be mailed, whoever invites hands the link over.
    """

    invitation: Invitation
    link: str
    is_mailed: bool


class InvitationClosedError(ValidationError):
    """The invitation cannot be accepted (any more); `code` is its state, or "wrong_email"."""


def invitation_create(*, actor: Actor, team: Team, email: str, role: Role) -> NewInvitation:
    """Offer a membership and mail the link, which only the invited address can accept.

    Raises:
        PermissionDenied: the actor may not invite, or not invite owners.
        ValidationError: on `email`, which is a member's or already invited; or the actor has
            invited too many within an hour.
    """
    token = Invitation.new_token()
    invitation = _invitation_store(actor, team, mail_address(email), role, token)
    return NewInvitation(invitation, invitation_link(token), _is_mailed(invitation, token))


@transaction.atomic
def _invitation_store(actor: Actor, team: Team, email: str, role: Role, token: str) -> Invitation:
    # Whoever comes second waits here, and then sees what the first one did.
    members_locked(team)
    _require_may_offer(actor, team, role)
    if Membership.objects.filter(team=team, user__email__iexact=email).exists():
        raise ValidationError(
            {"email": _("%(email)s is already a member of this team.") % {"email": email}}
        )
    _make_room(actor, team, email)
    if rates.count("invitation", actor.id) > MOST_INVITATIONS_AN_HOUR:
        raise _too_many_invitations()
    invitation = Invitation.objects.create(
        team=team,
        email=email,
        role=role,
        token_hash=invitation_token_hash(token),
        invited_by_id=int(actor.id),
        invited_by_name=actor.name,
    )
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=Action.INVITATION_CREATE,
        target=invitation_target(invitation),
        changes={"role": [None, role.value]},
    )
    return invitation


def invitation_prove(*, invitation: Invitation, token: str) -> None:
    """Send the link to the invited address once more, to whoever holds it: only what comes by mail
    shows that the address is theirs.

    Raises:
        ValidationError: too many within an hour, or the mail server does not answer.
    """
    if rates.count("proof", invitation.pk) > MOST_PROOFS_AN_HOUR:
        raise ValidationError(
            _("Several mails were sent within the hour: look in the spam folder.")
        )
    if not _is_mailed(invitation, token):
        raise ValidationError(
            _("The mail could not be sent: the mail server does not answer. Try again later.")
        )


@transaction.atomic
def invitation_revoke(*, actor: Actor, invitation: Invitation) -> None:
    """Make an invitation's link worthless. Revoking it twice changes nothing.

    Raises:
        PermissionDenied: the actor may not invite, or the invitation is for an owner.
        ValidationError: it was accepted in the meantime.
    """
    _require_may_offer(actor, invitation.team, Role(invitation.role))
    invitation = Invitation.objects.select_for_update(of=("self",)).get(pk=invitation.pk)
    if invitation.accepted_at:
        words = _("%(email)s has already joined the team.") % {"email": invitation.email}
        raise ValidationError(words, code="accepted")
    if invitation.revoked_at:
        return
    invitation_close(actor, invitation)


@transaction.atomic
def invitation_accept(*, actor: Actor, token: str, user: User) -> Membership:
    """Make the invited person a member. Accepting it twice changes nothing.

    Raises:
        Invitation.DoesNotExist: nobody ever made this token.
        InvitationClosedError: expired, revoked, used, or meant for another address.
    """
    invitation = (
        Invitation.objects.select_for_update(of=("self",))
        .select_related("team")
        .get(token_hash=invitation_token_hash(token))
    )
    membership = Membership.objects.filter(team=invitation.team, user=user).first()
    if invitation.state == Invitation.State.ACCEPTED and membership:
        return membership
    if refusal := invitation_refusal(invitation, user):
        raise refusal
    invitation.accepted_at = timezone.now()
    invitation.save(update_fields=["accepted_at"])
    return membership or _join(actor, invitation, user)


def _join(actor: Actor, invitation: Invitation, user: User) -> Membership:
    membership = Membership.objects.create(team=invitation.team, user=user, role=invitation.role)
    audit_record(
        team_id=invitation.team_id,
        actor=actor,
        action=Action.MEMBERSHIP_CREATE,
        target=membership_target(membership),
        changes={"role": [None, invitation.role], "invited_by": [None, invitation.invited_by_name]},
    )
    return membership


def invitation_link(token: str) -> str:
    return public_url("invitation-accept", token=token)


def invitation_refusal(
    invitation: Invitation, user: User | None = None
) -> InvitationClosedError | None:
    """Return why `user`, or a visitor not logged in yet, cannot accept; None if they can."""
    if user and invitation.email != user.email:
        return InvitationClosedError(
            _("This invitation is for %(invited)s, and you are logged in as %(email)s.")
            % {"invited": invitation.email, "email": user.email},
            code="wrong_email",
        )
    words = {
        Invitation.State.ACCEPTED: _("This invitation has already been used."),
        Invitation.State.REVOKED: _("This invitation was revoked. Ask the team for a new one."),
        Invitation.State.EXPIRED: _("This invitation has expired. Ask the team for a new one."),
    }.get(invitation.state)
    if words:
        return InvitationClosedError(words, code=invitation.state.value)
    if inviter_may_offer(invitation):
        return None
    words = _("%(name)s may not invite to this team any more. Ask the team for a new invitation.")
    return InvitationClosedError(words % {"name": invitation.invited_by_name}, code="withdrawn")


@transaction.atomic
def invited_email(token: str) -> str:
    """Return the address of an open invitation, or nothing (the setting INVITED_EMAIL).

    Within the caller's transaction it stays open: revoking it waits.
    """
    rows = Invitation.objects.select_for_update(of=("self",))
    invitation = rows.filter(token_hash=invitation_token_hash(token)).first()
    return invitation.email if invitation and not invitation_refusal(invitation) else ""


def _require_may_offer(actor: Actor, team: Team, role: Role) -> None:
    permission_require(actor=actor, team=team, permission=Permission.MEMBER_MANAGE)
    if role == Role.OWNER:
        permission_require(actor=actor, team=team, permission=Permission.OWNER_MANAGE)


def _make_room(actor: Actor, team: Team, email: str) -> None:
    """Close an expired invitation of the address; an open one stands in the way."""
    unused = Invitation.objects.select_for_update(of=("self",)).filter(
        team=team, email__iexact=email, accepted_at=None, revoked_at=None
    )
    for invitation in unused:
        if not invitation.is_expired:
            raise _already_invited(email)
        invitation_close(actor, invitation, say("invitation_replaced"))


def _too_many_invitations() -> ValidationError:
    words = _("You have sent %(count)s invitations within an hour. Wait %(minutes)s min for more.")
    minutes = rates.minutes_left()
    return ValidationError(words % {"count": MOST_INVITATIONS_AN_HOUR, "minutes": minutes})


def _already_invited(email: str) -> ValidationError:
    words = _("%(email)s is already invited. Revoke that invitation to send a new one.")
    return ValidationError({"email": words % {"email": email}})


def _is_mailed(invitation: Invitation, token: str) -> bool:
    """Mail the link, if the mail server takes it; with a proof that only the mail has."""
    context = {"invitation": invitation, "link": invitation_link(mailed_token(plain_token(token)))}
    names = {"name": invitation.invited_by_name, "team": invitation.team.name}
    try:
        with mail_sending():
            send_mail(
                # A name of before its rule may have a line break, which a subject must not.
                subject=" ".join((_("%(name)s invites you to %(team)s") % names).split()),
                message=render_to_string("teams/invitation_mail.txt", context),
                from_email=None,
                recipient_list=[invitation.email],
            )
    except MailNotSent:
        return False
    return True
