"""The pages of teams: a way in, members, invitations, settings and the audit log."""

from .home import home, team_create
from .invitations import invitation_accept

__all__ = ["home", "invitation_accept", "team_create"]
