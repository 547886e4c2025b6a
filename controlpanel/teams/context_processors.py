"""What every page of a member may ask: their teams, this team's membership, what they may do."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from .models import Membership
from .selectors import teams_of


def teams(request: HttpRequest) -> dict[str, Any]:
    """Return `teams` (asked of the database only if a template uses it), `current_membership`
    and `may`, the permissions it gives as text, for `{% if "vm:create" in may %}`; and
    `team_home`, the name of the page where members land, for `{% url team_home slug=… %}`.
    """
    membership: Membership | None = getattr(request, "membership", None)
    return {
        "teams": SimpleLazyObject(lambda: teams_of(request.user)),
        "current_membership": membership,
        "may": frozenset(p.value for p in membership.permissions) if membership else frozenset(),
        "team_home": settings.TEAM_HOME,
    }
