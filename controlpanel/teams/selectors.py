"""What the pages about teams and members read, each in a fixed number of queries."""

from django.contrib.auth.models import AnonymousUser
from django.db.models.functions import Lower

from controlpanel.accounts.models import User

from .models import Team


def teams_of(user: User | AnonymousUser) -> list[Team]:
    """Return the teams a person is in, by name; none for an anonymous visitor."""
    if not isinstance(user, User):
        return []
    return list(Team.objects.filter(memberships__user_id=user.pk).order_by(Lower("name"), "slug"))
