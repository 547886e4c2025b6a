"""What the pages about teams and members read, each in a fixed number of queries."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Case, IntegerField, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.lib.prepared import Given, PreparedQuery

from .models import Invitation, Membership, Team, invitation_token_hash
from .permissions import Role

# What other packages keep of a team and need on its pages: relations of `Team`, loaded with it.
LOADED_WITH_TEAM: list[str] = []


def memberships_of(user: User | AnonymousUser) -> list[Membership]:
    """Return a person's memberships by the team's name, each with its team and what belongs to it.

    Every page asks for them: which team it is of, and which others its person may go to.
    """
    return _MEMBERSHIPS(user=user.pk) if isinstance(user, User) else []


_MEMBERSHIPS = PreparedQuery(
    lambda: (
        Membership.objects.select_related(
            "team", *(f"team__{relation}" for relation in LOADED_WITH_TEAM)
        )
        .filter(user_id=Given("user", BigIntegerField()))
        .order_by(Lower("team__name"), "team__slug")
    ),
)


def members_of(team: Team) -> list[Membership]:
    """Return the team's members with their users: owners first, then by role and name."""
    rank = Case(
        *(When(role=role, then=Value(place)) for place, role in enumerate(Role)),
        output_field=IntegerField(),
    )
    name = Lower(Coalesce(NullIf("user__name", Value("")), "user__email"))
    rows = Membership.objects.filter(team=team).select_related("team", "user")
    return list(rows.order_by(rank, name))


def invitations_pending(team: Team) -> list[Invitation]:
    """Return the invitations nobody has accepted or revoked, expired ones too, newest first."""
    rows = Invitation.objects.filter(team=team, accepted_at=None, revoked_at=None)
    return list(rows.order_by("-created_at"))


def invitations_open_for(user: User) -> list[Invitation]:
    """Return the invitations a person could accept, if they find the link in their mail."""
    rows = Invitation.objects.filter(
        email__iexact=user.email,
        accepted_at=None,
        revoked_at=None,
        expires_at__gt=timezone.now(),
    )
    return list(rows.select_related("team").order_by("created_at"))


def invitation_by_token(token: str) -> Invitation | None:
    """Return the invitation of a link, whatever has become of it."""
    rows = Invitation.objects.select_related("team")
    return rows.filter(token_hash=invitation_token_hash(token)).first()
