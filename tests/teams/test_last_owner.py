"""A team always keeps an owner, also when two owners act in the same moment."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import membership_remove, membership_set_role
from tests.cast import actor_of, member_create


def of(user: User) -> Membership:
    return Membership.objects.select_related("team", "user").get(user=user)


def test_the_last_owner_is_not_demoted(team: Team, owner: User) -> None:
    with pytest.raises(ValidationError, match="only owner"):
        membership_set_role(actor=actor_of(owner, team), membership=of(owner), role=Role.ADMIN)
    assert of(owner).role == Role.OWNER
    assert not AuditEntry.objects.exists()


def test_the_last_owner_does_not_leave(team: Team, owner: User, admin: User) -> None:
    with pytest.raises(ValidationError, match="only owner"):
        membership_remove(actor=actor_of(owner, team), membership=of(owner))
    assert of(owner).role == Role.OWNER


def test_one_of_two_owners_may_step_down(team: Team, owner: User) -> None:
    member_create(team, Role.OWNER, "Otto")
    membership_set_role(actor=actor_of(owner, team), membership=of(owner), role=Role.VIEWER)
    assert of(owner).role == Role.VIEWER


def race(team: Team, first: User, second: User, act: Callable[[User, User], None]) -> list[str]:
    """Let each of two people act on the other at once; return how it ended for each."""
    start = Barrier(2)

    def run(pair: tuple[User, User]) -> str:
        try:
            start.wait()
            act(*pair)
        except (ValidationError, PermissionDenied) as error:
            return type(error).__name__
        finally:
            connection.close()
        return "done"

    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(run, [(first, second), (second, first)]))


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("way", ["demote", "remove"])
def test_two_owners_cannot_oust_each_other_at_once(way: str, team: Team, owner: User) -> None:
    otto = member_create(team, Role.OWNER, "Otto")
    memberships = {user: of(user) for user in (owner, otto)}
    actors = {user: actor_of(user, team) for user in (owner, otto)}

    def act(user: User, other: User) -> None:
        if way == "remove":
            membership_remove(actor=actors[user], membership=memberships[other])
        else:
            membership_set_role(actor=actors[user], membership=memberships[other], role=Role.VIEWER)

    assert race(team, owner, otto, act) == ["PermissionDenied", "done"]
    assert Membership.objects.filter(team=team, role=Role.OWNER).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_owners_cannot_both_leave_at_once(team: Team, owner: User) -> None:
    otto = member_create(team, Role.OWNER, "Otto")
    memberships = {user: of(user) for user in (owner, otto)}
    actors = {user: actor_of(user, team) for user in (owner, otto)}

    def leave(user: User, _: User) -> None:
        membership_remove(actor=actors[user], membership=memberships[user])

    assert race(team, owner, otto, leave) == ["LastOwnerError", "done"]
    assert Membership.objects.filter(team=team, role=Role.OWNER).count() == 1
