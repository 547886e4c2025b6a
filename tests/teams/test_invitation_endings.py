"""Invitations end with the right of who made them, and of one address there is one at a time."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from threading import Barrier

import pytest
import time_machine
from django.apps import apps
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Invitation, Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import (
    NewInvitation,
    invitation_accept,
    invitation_create,
    membership_remove,
    membership_set_role,
)
from tests.cast import actor_of, person_create

AT_ONCE = 20


def invite(team: Team, by: User, email: str, role: Role = Role.VIEWER) -> NewInvitation:
    return invitation_create(actor=actor_of(by, team), team=team, email=email, role=role)


def open_addresses() -> list[str]:
    rows = Invitation.objects.filter(accepted_at=None, revoked_at=None)
    return sorted(rows.values_list("email", flat=True))


def set_role(team: Team, by: User, of: User, role: Role) -> None:
    membership = Membership.objects.get(team=team, user=of)
    membership_set_role(actor=actor_of(by, team), membership=membership, role=role)


def remove(team: Team, by: User, of: User) -> None:
    membership = Membership.objects.get(team=team, user=of)
    membership_remove(actor=actor_of(by, team), membership=membership)


def demoted(team: Team, owner: User, admin: User) -> None:
    set_role(team, owner, admin, Role.OPERATOR)


def removed(team: Team, owner: User, admin: User) -> None:
    remove(team, owner, admin)


def left(team: Team, _owner: User, admin: User) -> None:
    remove(team, admin, admin)


@pytest.mark.parametrize("change", [demoted, removed, left])
def test_who_may_invite_no_more_takes_their_open_invitations_along(
    team: Team, owner: User, admin: User, change: Callable[[Team, User, User], None]
) -> None:
    nora = person_create("Nora")
    new = invite(team, admin, nora.email)
    invite(team, owner, "olaf@acme.test")
    change(team, owner, admin)
    assert open_addresses() == ["olaf@acme.test"]
    entry = AuditEntry.objects.get(action="invitation.revoke")
    assert entry.target_name == nora.email
    assert entry.message == "Adam, who made it, may not invite any more."
    with pytest.raises(ValidationError, match="revoked"):
        accept(new, nora)


def accept(new: NewInvitation, user: User) -> None:
    team, token = new.invitation.team, new.link.rstrip("/").rpartition("/")[2]
    invitation_accept(actor=actor_of(user, team), token=token, user=user)


def test_an_owner_made_admin_takes_those_of_owners_alone(team: Team, owner: User) -> None:
    second = person_create("Otto")
    Membership.objects.create(team=team, user=second, role=Role.OWNER)
    invite(team, second, "new-owner@acme.test", Role.OWNER)
    invite(team, second, "new-viewer@acme.test")
    set_role(team, owner, second, Role.ADMIN)
    assert open_addresses() == ["new-viewer@acme.test"]


def test_another_teams_invitations_stay(
    team: Team, other_team: Team, owner: User, admin: User
) -> None:
    Membership.objects.create(team=other_team, user=admin, role=Role.ADMIN)
    invite(other_team, admin, "nora@acme.test")
    demoted(team, owner, admin)
    assert open_addresses() == ["nora@acme.test"]


def locked_out(admin: User) -> None:
    User.objects.filter(pk=admin.pk).update(is_active=False)


def gone(admin: User) -> None:
    admin.delete()


@pytest.mark.parametrize("change", [locked_out, gone])
def test_however_the_right_was_lost_the_link_lets_nobody_in(
    team: Team, admin: User, change: Callable[[User], None]
) -> None:
    nora = person_create("Nora")
    new = invite(team, admin, nora.email)
    change(admin)
    with pytest.raises(ValidationError, match="Adam may not invite to this team any more"):
        accept(new, nora)


def test_an_expired_one_is_replaced_with_an_entry(team: Team, admin: User) -> None:
    invite(team, admin, "nora@acme.test")
    with time_machine.travel(timezone.now() + timedelta(days=8)):
        invite(team, admin, "nora@acme.test")
    entry = AuditEntry.objects.get(action="invitation.revoke")
    assert entry.message == "It had expired; a new one takes its place."


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("expired_before", [False, True])
def test_twenty_of_one_address_at_once_make_one(
    team: Team, admin: User, expired_before: bool
) -> None:
    if expired_before:
        invite(team, admin, "nora@acme.test")
        Invitation.objects.update(expires_at=timezone.now())
    ready = Barrier(AT_ONCE)

    def send(_number: int) -> bool:
        try:
            ready.wait(timeout=60)
            invite(team, admin, "nora@acme.test")
        except ValidationError:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(AT_ONCE) as pool:
        made = list(pool.map(send, range(AT_ONCE)))
    assert made.count(True) == 1
    assert open_addresses() == ["nora@acme.test"]
    revoked = AuditEntry.objects.filter(action="invitation.revoke").count()
    assert revoked == Invitation.objects.exclude(revoked_at=None).count() == expired_before


def test_an_invitation_of_an_earlier_release_is_told_who_made_it(team: Team, admin: User) -> None:
    invite(team, admin, "nora@acme.test")
    Invitation.objects.update(invited_by=None)
    migration = import_module("controlpanel.teams.migrations.0004_invited_by")
    migration.inviters_find(apps, None)
    assert Invitation.objects.get().invited_by == admin


def test_the_link_of_a_left_inviter_says_so_to_a_visitor(
    team: Team, admin: User, client: Client
) -> None:
    new = invite(team, admin, "nora@acme.test")
    locked_out(admin)
    html = client.get(new.link.removeprefix("http://testserver")).content.decode()
    assert "Adam may not invite to this team any more." in html
    assert "Create your account" not in html
