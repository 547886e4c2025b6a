"""Who may change whom, and that each change is in the log."""

import pytest
from django.core.exceptions import PermissionDenied, ValidationError

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import membership_remove, membership_set_role
from tests.cast import CAST, actor_of, member_create

MANAGERS = [Role.OWNER, Role.ADMIN]


def of(user: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(user=user)


@pytest.fixture
def cast(team: Team) -> dict[Role, User]:
    return {role: member_create(team, role, name) for role, name in CAST.items()}


@pytest.fixture
def newcomer(team: Team) -> User:
    return member_create(team, Role.VIEWER, "Nora")


@pytest.mark.parametrize("role", Role)
def test_only_owners_and_admins_change_roles(
    role: Role, team: Team, cast: dict[Role, User], newcomer: User
) -> None:
    actor = actor_of(cast[role], team)
    if role not in MANAGERS:
        with pytest.raises(PermissionDenied, match="you may not invite, change or remove members"):
            membership_set_role(actor=actor, membership=of(newcomer), role=Role.OPERATOR)
        assert of(newcomer).role == Role.VIEWER
        return
    changed = membership_set_role(actor=actor, membership=of(newcomer), role=Role.OPERATOR)
    assert (changed, changed.role) == (of(newcomer), Role.OPERATOR)
    assert of(newcomer).role == Role.OPERATOR
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.actor_name) == ("membership.set_role", CAST[role])
    assert entry.target_name == "nora@acme.test"
    assert entry.changes == {"role": ["viewer", "operator"]}


@pytest.mark.parametrize("role", Role)
def test_only_owners_and_admins_remove_others(
    role: Role, team: Team, cast: dict[Role, User], newcomer: User
) -> None:
    actor = actor_of(cast[role], team)
    if role in MANAGERS:
        membership_remove(actor=actor, membership=of(newcomer))
        assert AuditEntry.objects.get().changes == {"role": ["viewer", None]}
    else:
        with pytest.raises(PermissionDenied):
            membership_remove(actor=actor, membership=of(newcomer))
    assert team.memberships.filter(user=newcomer).exists() is (role not in MANAGERS)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_everybody_may_leave(role: Role, team: Team, cast: dict[Role, User]) -> None:
    user = cast[role]
    membership_remove(actor=actor_of(user, team), membership=of(user))
    assert not team.memberships.filter(user=user).exists()


def test_an_admin_touches_no_owner(team: Team, cast: dict[Role, User]) -> None:
    otto = member_create(team, Role.OWNER, "Otto")
    actor = actor_of(cast[Role.ADMIN], team)
    with pytest.raises(PermissionDenied, match="make, change or remove owners"):
        membership_set_role(actor=actor, membership=of(otto), role=Role.VIEWER)
    with pytest.raises(PermissionDenied):
        membership_remove(actor=actor, membership=of(otto))
    with pytest.raises(PermissionDenied):
        membership_set_role(actor=actor, membership=of(cast[Role.VIEWER]), role=Role.OWNER)
    assert of(otto).role == Role.OWNER


def test_a_stranger_changes_nobody(team: Team, newcomer: User, outsider: User) -> None:
    with pytest.raises(PermissionDenied, match="not a member"):
        membership_remove(actor=actor_of(outsider, team), membership=of(newcomer))


def test_the_same_role_again_is_no_event(team: Team, owner: User, newcomer: User) -> None:
    actor = actor_of(owner, team)
    same = membership_set_role(actor=actor, membership=of(newcomer), role=Role.VIEWER)
    assert (same, same.role) == (of(newcomer), Role.VIEWER)
    assert not AuditEntry.objects.exists()


def test_the_only_owner_may_be_made_what_they_are(team: Team, owner: User) -> None:
    same = membership_set_role(actor=actor_of(owner, team), membership=of(owner), role=Role.OWNER)
    assert same == of(owner)
    assert not AuditEntry.objects.exists()


def test_a_member_already_gone_is_said_so(team: Team, owner: User, newcomer: User) -> None:
    stale = of(newcomer)
    membership_remove(actor=actor_of(owner, team), membership=of(newcomer))
    with pytest.raises(ValidationError, match="Nora is no longer a member"):
        membership_set_role(actor=actor_of(owner, team), membership=stale, role=Role.ADMIN)


def test_a_deactivated_member_may_nothing(team: Team, owner: User, newcomer: User) -> None:
    actor = actor_of(owner, team)
    owner.is_active = False
    owner.save()
    with pytest.raises(PermissionDenied):
        membership_remove(actor=actor, membership=of(newcomer))
