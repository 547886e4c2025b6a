"""The one way into a team: for views by decorator, for services by `permission_require`."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext
from django_htmx.middleware import HtmxDetails

from controlpanel.accounts.models import User
from controlpanel.accounts.network import client_ip
from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from controlpanel.observability import context
from controlpanel.ui.messages import Message, in_source_language, say, sentences_register

from .models import Membership, Team
from .permissions import Permission, Role
from .selectors import memberships_of

# The session's key for the slug of the team a person looked at last: where `home` leads.
LAST_TEAM = "last_team"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


class TeamRequest(HttpRequest):
    """A request of a member to a page of their team, as `team_permission` hands it on."""

    user: User
    htmx: HtmxDetails
    team: Team
    memberships: list[Membership]
    membership: Membership
    actor: Actor


_P = ParamSpec("_P")
TeamView = Callable[Concatenate[TeamRequest, _P], HttpResponseBase]


def team_permission(name: str) -> Callable[[TeamView[_P]], Callable[..., HttpResponseBase]]:
    """Guard a view whose URL has the team's `slug`: 404 to strangers, 403 without `name`.

    The name is checked when the view is defined, so that a misspelt one stops the start.
    """
    permission = Permission(name)

    def decorate(view: TeamView[_P]) -> Callable[..., HttpResponseBase]:
        @wraps(view)
        def guarded(request: HttpRequest, slug: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            team_request: Any = request
            team_request.memberships = memberships_of(request.user)
            membership = membership_in(team_request.memberships, slug)
            # Before the check: a page that says "you may not" still leads to what the person may.
            team_request.team = membership.team
            team_request.membership = membership
            require_of_request(request, membership, permission)
            team_request.actor = actor_for(request, membership)
            context.bind(team_id=membership.team_id, user_id=membership.user_id)
            if request.session.get(LAST_TEAM) != slug:
                request.session[LAST_TEAM] = slug
            return view(team_request, *args, **kwargs)

        guarded.team_permission = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def membership_in(memberships: Iterable[Membership], slug: str) -> Membership:
    """Return the one in the team of that slug.

    Raises:
        Http404: no such team, or the person is not in it: for them it does not exist.
    """
    found = next((each for each in memberships if each.team.slug == slug), None)
    if found is None:
        raise Http404("No such team.")
    return found


def require(membership: Membership, permission: Permission) -> None:
    """Raise PermissionDenied, with the reason in words, unless the role has `permission`."""
    if not membership.may(permission):
        raise PermissionDenied(str(_may_not(membership, permission)))


def _may_not(membership: Membership, permission: Permission) -> Message:
    return say(
        "role_may_not",
        team=membership.team.name,
        role=membership.role,
        permission=permission.value,
    )


def require_of_request(
    request: HttpRequest, membership: Membership, permission: Permission
) -> None:
    """As `require`, and an attempt to change something goes into the team's audit log."""
    try:
        require(membership, permission)
    except PermissionDenied:
        if request.method not in SAFE_METHODS:
            audit_record(
                team_id=membership.team_id,
                actor=actor_for(request, membership),
                action=Action.PERMISSION_DENIED,
                target=Target(
                    "permission",
                    permission.value,
                    in_source_language(permission.label).capitalize(),
                ),
                outcome=Outcome.DENIED,
                said=_may_not(membership, permission),
            )
        raise


def permission_require(*, actor: Actor, team: Team, permission: Permission) -> None:
    """The services' own check: asks the database afresh, for the person may have left since.

    Raises:
        PermissionDenied: the actor is no person of this team, or their role lacks `permission`.
    """
    membership = (
        Membership.objects.select_related("team")
        .filter(team=team, user_id=int(actor.id), user__is_active=True)
        .first()
        if actor.kind == "user"
        else None
    )
    if membership is None:
        words = gettext("%(name)s is not a member of %(team)s.")
        raise PermissionDenied(words % {"name": actor.name, "team": team.name})
    require(membership, permission)


def actor_for(request: HttpRequest, membership: Membership | None = None) -> Actor:
    """Describe the person behind a web request for the audit log."""
    return Actor(
        kind="user",
        id=str(request.user.pk),
        name=str(request.user),
        role=membership.role if membership else "",
        ip_address=client_ip(request),
        request_id=context.request_id(),
    )


def _role_may_not(params: Mapping[str, Any]) -> str:
    return gettext(
        "Your role in %(team)s is %(role)s: you may not %(act)s. "
        "An owner or admin of the team can change your role."
    ) % {
        "team": params["team"],
        "role": str(Role(params["role"]).label).lower(),
        "act": Permission(params["permission"]).label,
    }


sentences_register({"role_may_not": _role_may_not})
