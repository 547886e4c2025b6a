"""What every page of a member may ask: their teams, this team's membership, what they may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Membership
from .selectors import memberships_of


def teams(request: HttpRequest) -> dict[str, Any]:
    """Return `memberships` (asked of the database only if a template uses it), `current_membership`
    and `may`, the permissions it gives as text, for `{% if "vm:create" in may %}`; and
    `team_home`, the name of the page where members land, for `{% url team_home slug=… %}`.
    """
    membership: Membership | None = getattr(request, "membership", None)
    return {
        "memberships": SimpleLazyObject(lambda: _memberships(request)),
        "current_membership": membership,
        "may": frozenset(p.value for p in membership.permissions) if membership else frozenset(),
        "team_home": settings.TEAM_HOME,
    }


def _memberships(request: HttpRequest) -> list[Membership]:
    """A page of a team has asked for them already."""
    found: list[Membership] | None = getattr(request, "memberships", None)
    return memberships_of(request.user) if found is None else found
