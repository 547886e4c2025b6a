"""The pages of teams: a way in, members, invitations, settings and the audit log."""

from .accept import invitation_accept
from .home import home, team_create

__all__ = ["home", "invitation_accept", "team_create"]
