"""People as members of their teams: what they are called, and help with their second factors. No
change of these goes unrecorded.
"""

import logging

from allauth.mfa.models import Authenticator
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.services import audit_record
from controlpanel.lib.links import public_url
from controlpanel.lib.mail import MailNotSent, mail_sending
from controlpanel.lib.seen import as_seen
from controlpanel.teams.access import actor_for
from controlpanel.teams.models import Invitation, Membership, Team, invitation_token_hash

from .membership import members_locked, membership_target

logger = logging.getLogger(__name__)


def person_renamed(request: HttpRequest, user: User, before: str) -> None:
    """Record a new name in the log of each of the person's teams.

    Raises:
        ValidationError: somebody of one of these teams is called so already.
    """
    memberships = Membership.objects.filter(user=user).select_related("team", "user")
    for membership in memberships.order_by("team_id"):
        _require_free(membership.team, str(user), but=user)
        audit_record(
            team_id=membership.team_id,
            actor=actor_for(request, membership),
            action=Action.PERSON_RENAME,
            target=membership_target(membership),
            changes={"name": [before, str(user)]},
        )


def name_of_invited(token: str, name: str) -> None:
    """Judge the name that somebody gives who follows an invitation.

    Raises:
        ValidationError: somebody of the team is called so already.
    """
    rows = Invitation.objects.select_related("team")
    if invitation := rows.filter(token_hash=invitation_token_hash(token)).first():
        _require_free(invitation.team, name)


def _require_free(team: Team, name: str, *, but: User | None = None) -> None:
    # Whoever comes second waits here, and then sees what the first one is called.
    others = [member.user for member in members_locked(team) if member.user != but]
    if _key(name) in {_key(str(user)) for user in others}:
        words = _(
            "Somebody in %(team)s is called that already. Add what tells you apart, such as "
            "another name or your department: the audit log calls you by it."
        )
        raise ValidationError({"name": words % {"team": team.name}})


def _key(name: str) -> str:
    """Return what names that a reader takes for one another have in common."""
    return as_seen(name).casefold()


def second_factors_reset(user: User) -> bool:
    """Take a person's second factors away, as whoever runs the server may; tell them by mail and
    the log of each of their teams. Returns whether there were any.
    """
    with transaction.atomic():
        factors = Authenticator.objects.select_for_update().filter(user=user)
        kinds = sorted(set(factors.values_list("type", flat=True)))
        if not kinds:
            return False
        factors.delete()
        memberships = Membership.objects.filter(user=user).select_related("team", "user")
        for membership in memberships.order_by("team_id"):
            audit_record(
                team_id=membership.team_id,
                actor=SYSTEM,
                action=Action.PERSON_RESET_MFA,
                target=membership_target(membership),
                changes={"second_factors": [", ".join(kinds), None]},
            )
    _tell_of_reset(user)
    return True


def _tell_of_reset(user: User) -> None:
    text = render_to_string(
        "teams/second_factors_reset_mail.txt", {"user": user, "link": public_url("mfa_index")}
    )
    try:
        with mail_sending():
            send_mail(_("Your second factor was reset: Fluence console"), text, None, [user.email])
    except MailNotSent:
        logger.warning("person %s: not told that their second factors were reset", user.pk)
