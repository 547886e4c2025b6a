"""Connecting a team's Fluence account by API key, and letting it go."""

from collections.abc import Collection, Iterator
from contextlib import contextmanager

from django.db import IntegrityError, transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.fluence import CurrentUser, FluenceError, Forbidden, Unauthorized, UnsendableKey
from controlpanel.lib.encryption import SecretUnreadable
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.clients import client_for_key
from vms.core.dispatch import task_send
from vms.core.errors import KeyRejected, NoAccount, NotAllowedNow
from vms.core.explain import explain, with_request
from vms.core.fitting import fitting
from vms.core.revisions import revision_raise
from vms.models import FluenceAccount, Operation
from vms.models.account import LOW_BALANCE_DAYS
from vms.models.operation import OPEN_STATES
from vms.operations.gates import account_locked

NOT_ACCEPTED = say("key_not_accepted")
# What a team decides of its account.
SETTINGS = ("deletes_rest", "low_balance_days")


def account_connect(*, team: Team, actor: Actor, api_key: str) -> FluenceAccount:
    """Check a key against GET /v1/users/me, then keep it encrypted as the team's account.

    A team that has an account gets its key replaced, if it is of the same Fluence user.

    Raises:
        PermissionDenied: without account:connect.
        KeyRejected: Fluence does not accept the key, it cannot read VMs, it belongs to another
            user than the account's, another team has the account, or Fluence is unreachable.
    """
    permission_require(actor=actor, team=team, permission=Permission.ACCOUNT_CONNECT)
    user = _check_key(api_key)
    try:
        return _store(team, actor, api_key, user)
    except IntegrityError as error:
        raise KeyRejected(say("account_of_other_team")) from error


def account_disconnect(*, team: Team, actor: Actor) -> None:
    """Forget the team's API key. VMs stay at Fluence, and in the panel as last seen.

    Raises:
        PermissionDenied: without account:connect.
        NoAccount: there is none.
        NotAllowedNow: changes are still under way, whose outcome could then not be known.
    """
    permission_require(actor=actor, team=team, permission=Permission.ACCOUNT_CONNECT)
    with transaction.atomic():
        account = account_locked(team)
        if account is None:
            raise NoAccount(say("not_connected"))
        open_operations = Operation.objects.filter(
            account=account, state__in=OPEN_STATES, needs_attention=False
        ).count()
        if open_operations:
            raise NotAllowedNow(say("changes_under_way", count=open_operations))
        target = account.audit_target
        # Polls lock VMs without the account: in this order, so that neither waits for the other.
        list(account.vms.select_for_update(no_key=True).order_by("pk").values_list("pk"))
        account.vms.update(poll_after=None)
        account.delete()
        revision_raise(team.pk)
        audit_record(
            team_id=team.pk,
            actor=actor,
            action=Action.ACCOUNT_DISCONNECT,
            target=target,
            changes={"key": [f"…{account.key_hint}", None]},
        )


def account_set_default(*, team: Team, actor: Actor, deletes_rest: bool) -> None:
    """Set whether what a terminated VM had is deleted too, where nobody says otherwise.

    Raises:
        PermissionDenied: without account:connect.
        NoAccount: there is none.
    """
    words = {False: "keep", True: "delete"}
    with _changing(team, actor, Action.ACCOUNT_SET_DEFAULT) as (account, changes):
        changes["disks_and_public_ips"] = [words[account.deletes_rest], words[deletes_rest]]
        account.deletes_rest = deletes_rest


def account_set_low_balance(*, team: Team, actor: Actor, days: Collection[int]) -> None:
    """Set of how many days left the team's owners and admins are told; of none, never.

    Raises:
        PermissionDenied: without account:connect.
        NoAccount: there is none.
    """
    chosen = [each for each in LOW_BALANCE_DAYS if each in days]
    with _changing(team, actor, Action.ACCOUNT_SET_LOW_BALANCE) as (account, changes):
        both = (account.low_balance_days, chosen)
        changes["days_left"] = [", ".join(map(str, each)) for each in both]
        account.low_balance_days = chosen


@contextmanager
def _changing(
    team: Team, actor: Actor, action: Action
) -> Iterator[tuple[FluenceAccount, dict[str, list[str]]]]:
    """Let a setting of the account be changed, and log what it was and is, if it is another."""
    permission_require(actor=actor, team=team, permission=Permission.ACCOUNT_CONNECT)
    with transaction.atomic():
        account = account_locked(team)
        if account is None:
            raise NoAccount(say("not_connected"))
        changes: dict[str, list[str]] = {}
        yield account, changes
        if all(before == after for before, after in changes.values()):
            return
        account.save(update_fields=SETTINGS)
        target = account.audit_target
        audit_record(team_id=team.pk, actor=actor, action=action, target=target, changes=changes)


def _check_key(api_key: str) -> CurrentUser:
    try:
        user = client_for_key(api_key).account.me()
    except UnsendableKey as error:
        raise KeyRejected(NOT_ACCEPTED) from error
    except (Unauthorized, Forbidden) as error:
        raise KeyRejected(with_request(NOT_ACCEPTED, error)) from error
    except FluenceError as error:
        raise KeyRejected(say("key_not_checked", why=explain(error))) from error
    if not user.can_read_vms:
        raise KeyRejected(say("key_cannot_read"))
    return user


@transaction.atomic
def _store(team: Team, actor: Actor, api_key: str, user: CurrentUser) -> FluenceAccount:
    account = account_locked(team)
    if account and account.remote_user_id != user.id:
        raise KeyRejected(say("key_of_other_account", email=account.email))
    if account and _is_connected_so(account, api_key, user):
        return account  # a second click
    key_before = f"…{account.key_hint}" if account else None
    could_write = account.can_write if account else None
    account = account or FluenceAccount(team=team, remote_user_id=user.id)
    account.set_api_key(api_key)
    account.email = fitting(FluenceAccount, "email", user.email)
    account.scopes = sorted(user.permissions)
    account.can_write = user.can_write_vms
    account.connected_at = timezone.now()
    account.connected_by_name = actor.name
    account.health, account.health_said = FluenceAccount.Health.OK, None
    account.poll_failures = 0
    account.poll_after = account.reconcile_after = timezone.now()
    account.save()
    transaction.on_commit(lambda: task_send("vms.tasks.account_connected", str(account.pk)))
    revision_raise(team.pk)
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=Action.ACCOUNT_CONNECT,
        target=account.audit_target,
        changes={
            "key": [key_before, f"…{account.key_hint}"],
            "can_write": [could_write, account.can_write],
        },
    )
    return account


def _is_connected_so(account: FluenceAccount, api_key: str, user: CurrentUser) -> bool:
    """Whether connecting it now would change nothing."""
    try:
        is_same_key = account.api_key() == api_key
    except SecretUnreadable:
        return False  # encrypted by another panel
    is_same = is_same_key and account.scopes == sorted(user.permissions)
    return is_same and account.health == FluenceAccount.Health.OK
