"""The life of an invitation: made, mailed, accepted once by the right person, or revoked."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import override_settings
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.models import AuditEntry
from controlpanel.teams.models import Invitation, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services import (
    NewInvitation,
    invitation_accept,
    invitation_create,
    invitation_revoke,
)
from tests.cast import actor_of, person_create
from tests.mail import NO_MAIL_SERVER


def invite(
    team: Team, by: User, email: str = "nora@acme.test", role: Role = Role.OPERATOR
) -> NewInvitation:
    return invitation_create(actor=actor_of(by, team), team=team, email=email, role=role)


def token_of(new: NewInvitation) -> str:
    return new.link.rstrip("/").rpartition("/")[2]


def accept(new: NewInvitation, user: User) -> str:
    actor = actor_of(user, new.invitation.team)
    return invitation_accept(actor=actor, token=token_of(new), user=user).role


@pytest.fixture
def nora(db: None) -> User:
    return person_create("Nora")


def test_the_link_is_mailed_and_only_its_hash_kept(team: Team, admin: User) -> None:
    new = invite(team, admin, email="Nora@acme.test")
    assert new.is_mailed
    (message,) = mail.outbox
    assert message.to == ["nora@acme.test"]
    assert message.subject == "Adam invites you to Acme"
    # With a proof that the page does not show.
    assert f"{token_of(new)}." in message.body
    assert new.link not in message.body
    assert new.link.startswith("http://testserver/invitations/")
    assert token_of(new) not in str(Invitation.objects.values_list())
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.target_name) == ("invitation.create", "nora@acme.test")
    assert token_of(new) not in str(AuditEntry.objects.values_list())


def test_accepting_makes_a_member_once(team: Team, admin: User, nora: User) -> None:
    new = invite(team, admin)
    assert accept(new, nora) == "operator"
    assert accept(new, nora) == "operator"
    assert team.memberships.filter(user=nora).count() == 1
    actions = AuditEntry.objects.order_by("sequence").values_list("action", flat=True)
    assert list(actions) == ["invitation.create", "membership.create"]


def test_the_address_counts_in_any_case(team: Team, admin: User, nora: User) -> None:
    assert accept(invite(team, admin, email="NORA@ACME.test"), nora) == "operator"


def test_another_person_cannot_accept(team: Team, admin: User, outsider: User) -> None:
    with pytest.raises(ValidationError, match=r"for nora@acme.test, and you .* oscar@globex"):
        accept(invite(team, admin), outsider)


def test_an_expired_one_is_refused_and_can_be_replaced(team: Team, admin: User, nora: User) -> None:
    old = invite(team, admin)
    with time_machine.travel(timezone.now() + timedelta(days=7, seconds=1)):
        with pytest.raises(ValidationError, match="expired"):
            accept(old, nora)
        assert accept(invite(team, admin, role=Role.VIEWER), nora) == "viewer"


def test_a_revoked_one_is_refused(team: Team, admin: User, nora: User) -> None:
    new = invite(team, admin)
    for _ in range(2):
        invitation_revoke(actor=actor_of(admin, team), invitation=new.invitation)
    with pytest.raises(ValidationError, match="revoked"):
        accept(new, nora)
    assert AuditEntry.objects.filter(action="invitation.revoke").count() == 1
    invite(team, admin)


def test_a_used_one_lets_nobody_back_in(team: Team, admin: User, nora: User) -> None:
    new = invite(team, admin)
    accept(new, nora)
    team.memberships.get(user=nora).delete()
    with pytest.raises(ValidationError, match="already been used"):
        accept(new, nora)
    with pytest.raises(ValidationError, match="has already joined"):
        invitation_revoke(actor=actor_of(admin, team), invitation=new.invitation)


def test_members_and_the_invited_are_not_invited_again(
    team: Team, admin: User, viewer: User
) -> None:
    with pytest.raises(ValidationError) as refusal:
        invite(team, admin, email=viewer.email.upper())
    assert refusal.value.message_dict == {
        "email": ["viktor@acme.test is already a member of this team."]
    }
    invite(team, admin)
    with pytest.raises(ValidationError) as refusal:
        invite(team, admin, email="Nora@acme.test")
    assert "already invited" in refusal.value.message_dict["email"][0]


def test_only_owners_invite_owners(team: Team, owner: User, admin: User) -> None:
    with pytest.raises(PermissionDenied, match="make, change or remove owners"):
        invite(team, admin, role=Role.OWNER)
    new = invite(team, owner, role=Role.OWNER)
    with pytest.raises(PermissionDenied):
        invitation_revoke(actor=actor_of(admin, team), invitation=new.invitation)


@pytest.mark.parametrize("who", ["operator", "viewer", "auditor", "outsider"])
def test_others_do_not_invite(who: str, team: Team, request: pytest.FixtureRequest) -> None:
    with pytest.raises(PermissionDenied):
        invite(team, request.getfixturevalue(who))
    assert not Invitation.objects.exists()


def test_a_line_break_in_a_name_does_not_stop_the_mail(team: Team, admin: User) -> None:
    Team.objects.filter(pk=team.pk).update(name="Acme\r\nBcc: everybody@example.com")
    team.refresh_from_db()
    assert invite(team, admin).is_mailed
    assert mail.outbox[0].subject == "Adam invites you to Acme Bcc: everybody@example.com"


def test_an_unreachable_mail_server_does_not_undo_it(team: Team, admin: User) -> None:
    with override_settings(**NO_MAIL_SERVER):
        new = invite(team, admin)
    assert not new.is_mailed
    assert Invitation.objects.get().state == Invitation.State.OPEN
