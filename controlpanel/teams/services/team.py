from uuid import UUID, uuid4, uuid5

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from controlpanel.lib import rates
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Membership, Team
from controlpanel.teams.permissions import Permission, Role
from controlpanel.ui.seen import send_again

SLUG_LENGTH = 50
ATTEMPTS = 5
# Of one person.
MOST_TEAMS_AN_HOUR = 20


def team_create(*, actor: Actor, name: str, owner: User, form_key: UUID | None = None) -> Team:
    """Create a team whose only member is its owner. Anybody may: it starts with nothing.

    `form_key` makes a form that is sent twice one team: the second call returns the first's.

    Raises:
        ValidationError: the owner has made too many within an hour.
    """
    if rates.count("team", owner.pk) > MOST_TEAMS_AN_HOUR:
        words = _("You have made %(count)s teams within an hour. Wait %(minutes)s min for more.")
        minutes = rates.minutes_left()
        raise ValidationError(words % {"count": MOST_TEAMS_AN_HOUR, "minutes": minutes})
    # Drawn from the form, so that the primary key stands against a double click.
    team_id = uuid5(form_key or uuid4(), f"{owner.pk} {name}")
    for attempt in range(1, ATTEMPTS + 1):
        try:
            return _team_store(team_id, actor, name, owner)
        except IntegrityError:
            if before := Team.objects.filter(pk=team_id, memberships__user=owner).first():
                return before
            # Somebody took the slug in the same moment; the next one is free.
            if attempt == ATTEMPTS:
                raise
    raise AssertionError("the last attempt returns or raises")


@transaction.atomic
def _team_store(team_id: UUID, actor: Actor, name: str, owner: User) -> Team:
    team = Team.objects.create(id=team_id, name=name, slug=_free_slug(name))
    Membership.objects.create(team=team, user=owner, role=Role.OWNER)
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=Action.TEAM_CREATE,
        target=team_target(team),
        changes={"name": [None, name], "owner": [None, owner.email]},
    )
    return team


@transaction.atomic
def team_rename(*, actor: Actor, team: Team, name: str, seen: str = "") -> Team:
    """Change a team's name; its address in URLs stays, so that bookmarks go on working.

    Raises:
        PermissionDenied: the actor may not rename the team.
        ValidationError: on `name`, for it is not called `seen` any more, as it was to be replaced.
    """
    permission_require(actor=actor, team=team, permission=Permission.TEAM_RENAME)
    team = Team.objects.select_for_update(no_key=True).get(pk=team.pk)
    if team.name == name:
        return team
    if seen and team.name != seen:
        words = _("The team was renamed to %(name)s since this page was opened.")
        raise ValidationError({"name": f"{words % {'name': team.name}} {send_again()}"})
    before, team.name = team.name, name
    team.save(update_fields=["name"])
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=Action.TEAM_RENAME,
        target=team_target(team),
        changes={"name": [before, name]},
    )
    return team


def team_target(team: Team) -> Target:
    return Target(type="team", id=str(team.pk), name=team.name)


def _first_slug(name: str) -> str:
    # A name without a single Latin letter or digit leaves nothing.
    return slugify(name)[: SLUG_LENGTH - 6].strip("-") or "team"


def _free_slug(name: str) -> str:
    first = _first_slug(name)
    taken = set(Team.objects.filter(slug__startswith=first).values_list("slug", flat=True))
    if first not in taken:
        return first
    number = 2
    while f"{first}-{number}" in taken:
        number += 1
    return f"{first}-{number}"
