"""Every change of teams, members and invitations, each audited in its own transaction.

A refusal that a form can show in place is a ValidationError; a missing permission is
PermissionDenied.
"""

from .invitation import NewInvitation, invitation_accept, invitation_create, invitation_revoke
from .membership import membership_remove, membership_set_role
from .team import team_create, team_rename

__all__ = [
    "NewInvitation",
    "invitation_accept",
    "invitation_create",
    "invitation_revoke",
    "membership_remove",
    "membership_set_role",
    "team_create",
    "team_rename",
]
