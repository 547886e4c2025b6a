"""The demo: two teams with people and an account of the simulator each."""

import logging
from hashlib import sha256
from pathlib import Path

from django.db import transaction

from controlpanel.accounts.models import User
from controlpanel.accounts.verification import address_vouch
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM, Actor
from controlpanel.audit.services import audit_record
from controlpanel.simulator.accounts import FULL_KEY, SECOND_KEY
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Role
from controlpanel.teams.services.membership import membership_target
from controlpanel.teams.services.team import team_create
from vms.account.services import account_connect
from vms.core.errors import KeyRejected
from vms.models import account_of

from .environment import write_private

logger = logging.getLogger(__name__)

# Team, its API key, and its people, the owner first: the address tells the role.
TEAMS: dict[str, tuple[str, dict[str, tuple[str, Role]]]] = {
    "Acme Robotics": (
        FULL_KEY,
        {
            "owner@demo.example": ("Olivia Owner", Role.OWNER),
            "admin@demo.example": ("Adam Admin", Role.ADMIN),
            "operator@demo.example": ("Oscar Operator", Role.OPERATOR),
            "viewer@demo.example": ("Vera Viewer", Role.VIEWER),
            "auditor@demo.example": ("Aud Auditor", Role.AUDITOR),
        },
    ),
    "Blue Harbour": (SECOND_KEY, {"harbour@demo.example": ("Harriet Harbour", Role.OWNER)}),
}


def demo_seed(*, password: str, folder: Path) -> None:
    """Create what is missing of the demo. The simulator must be up; it checks the API keys.

    `password` is everybody's from now on, and each account's key can be read, also after the
    secrets in `folder` were lost.
    """
    _passwords_renew(password, folder / "demo.seeded")
    for name, (api_key, people) in TEAMS.items():
        owner_email = next(iter(people))
        owner = User.objects.filter(email=owner_email).first()
        if owner is None:
            owner = _team_seed(name, people, password)
        owned = owner.memberships.filter(role=Role.OWNER).select_related("team__account").first()
        if owned and not _has_account(owned.team):
            _account_seed(owned.team, owner, api_key)


def _passwords_renew(password: str, seeded: Path) -> None:
    """Give the people of an earlier demo this password, unless it was theirs at the last start.

    `seeded` keeps its digest: to ask each person's own would cost seconds at every start.
    """
    digest = sha256(password.encode()).hexdigest()
    if seeded.exists() and seeded.read_text() == digest:
        return
    emails = [email for _, people in TEAMS.values() for email in people]
    for user in User.objects.filter(email__in=emails):
        if not user.check_password(password):
            user.set_password(password)
            user.save(update_fields=["password"])
    write_private(seeded, digest)


def _has_account(team: Team) -> bool:
    account = account_of(team)
    return account is not None and account.is_key_readable


def demo_logins(*, password: str) -> str:
    """Return who can log in, for the terminal."""
    lines = [f"Log in with the password  {password}  as", ""]
    for team, (_, people) in TEAMS.items():
        lines += [f"  {email:<24}{role.label} of {team}" for email, (_, role) in people.items()]
    return "\n".join(lines)


@transaction.atomic
def _team_seed(name: str, people: dict[str, tuple[str, Role]], password: str) -> User:
    users = {
        email: User.objects.create_user(email=email, password=password, name=person)
        for email, (person, _) in people.items()
    }
    for user in users.values():
        address_vouch(user)
    owner = next(iter(users.values()))
    team = team_create(actor=SYSTEM, name=name, owner=owner)
    for email, user in users.items():
        if user != owner:
            _join(team, user, people[email][1])
    return owner


def _join(team: Team, user: User, role: Role) -> None:
    """Make a member without an invitation: nobody reads mail at demo addresses."""
    membership = Membership.objects.create(team=team, user=user, role=role)
    audit_record(
        team_id=team.pk,
        actor=SYSTEM,
        action=Action.MEMBERSHIP_CREATE,
        target=membership_target(membership),
        changes={"role": [None, role.value]},
    )


def _account_seed(team: Team, owner: User, api_key: str) -> None:
    actor = Actor(kind="user", id=str(owner.pk), name=str(owner), role=Role.OWNER.value)
    try:
        account_connect(team=team, actor=actor, api_key=api_key)
    except KeyRejected as error:  # somebody tried things out: say so, and let them go on
        logger.warning("%s has no Fluence account: %s", team, error)
