"""What the members of a team are called: each otherwise, and no change goes unrecorded."""

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext as _

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.services import audit_record
from controlpanel.lib.seen import as_seen
from controlpanel.teams.access import actor_for
from controlpanel.teams.models import Invitation, Membership, Team, invitation_token_hash

from .membership import members_locked, membership_target


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
