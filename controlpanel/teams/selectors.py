"""What the pages about teams and members read, each in a fixed number of queries."""

from django.contrib.auth.models import AnonymousUser
from django.db.models import BigIntegerField, Case, IntegerField, Value, When
from django.db.models.functions import Coalesce, Lower, NullIf
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.lib.prepared import Given, PreparedQuery

from .models import Invitation, Membership, Team, invitation_token_hash
from .permissions import Role


def teams_of(user: User | AnonymousUser) -> list[Team]:
    """Return the teams a person is in, by name; none for an anonymous visitor."""
    if not isinstance(user, User):
        return []
    return _TEAMS(user=user.pk)


_TEAMS = PreparedQuery(
    lambda: Team.objects.filter(memberships__user_id=Given("user", BigIntegerField())).order_by(
        Lower("name"), "slug"
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
