"""What must happen to a restored database before anybody works with it."""

from dataclasses import dataclass

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.db.models import F
from django.db.models.functions import Coalesce
from django.utils import timezone

from controlpanel.accounts.models import User
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import SYSTEM
from controlpanel.audit.chain import chain_team_ids, chain_verify
from controlpanel.audit.services import Target, audit_record
from controlpanel.maintenance import rotation
from controlpanel.teams.models import Team
from controlpanel.ui.messages import say
from vms.models import Draft, FluenceAccount, Operation
from vms.models.operation import OPEN_STATES
from vms.operations.settling import MOST_ATTEMPTS
from vms.operations.transitions import operation_unknown

from .failures import BackupError

RESTORED = "restored"


@dataclass(frozen=True, slots=True)
class Restored:
    """What is in a restored panel; `unreadable` counts secrets that ENCRYPTION_KEYS cannot open."""

    teams: int
    people: int
    entries: int
    unsettled: int
    unreadable: int


def require_empty() -> None:
    """Raise if this installation already has people: theirs would be lost."""
    with connection.cursor() as cursor:
        tables = connection.introspection.table_names(cursor)
    if User._meta.db_table in tables and User.objects.exists():
        raise BackupError(
            "This installation is not empty: it already has people. Restore into a new, empty "
            "database, and keep this one until you are sure."
        )


def care() -> Restored:
    """Bring a restored database up to date, and keep it from repeating what was done since.

    Raises:
        BackupError: a newer release made the backup, or its audit log does not hold.
    """
    _require_known_migrations()
    call_command("migrate", verbosity=0, interactive=False)
    unsettled = _operations_unsettle()
    # A session that was ended after the backup must not come back.
    Session.objects.all().delete()
    # What was typed then may have been deployed since.
    Draft.objects.all().delete()
    UserSession.objects.all().delete()
    now = timezone.now()
    FluenceAccount.objects.update(poll_after=now, poll_lease_until=None, reconcile_after=now)
    entries = _audit_verify()
    for team in Team.objects.all():
        audit_record(
            team_id=team.pk,
            actor=SYSTEM,
            action=Action.PANEL_RESTORE,
            target=Target("team", str(team.pk), team.name),
            said=say("panel_restored"),
        )
    return Restored(
        teams=Team.objects.count(),
        people=User.objects.count(),
        entries=entries,
        unsettled=unsettled,
        unreadable=sum(len(result.unreadable) for result in rotation.look()),
    )


def _require_known_migrations() -> None:
    loader = MigrationExecutor(connection).loader
    unknown = sorted(set(loader.applied_migrations) - set(loader.disk_migrations))
    if unknown:
        app, name = unknown[0]
        raise BackupError(
            f"A newer release of the panel made this backup (it has {app}.{name}). Install that "
            "release and restore again into an empty database."
        )


def _operations_unsettle() -> int:
    """Make every operation that was under way one to look for, and never one to send again.

    It may have been carried out after the backup; to send it from here could pay for a VM twice.
    """
    under_way = Operation.objects.filter(state__in=OPEN_STATES)
    with transaction.atomic():
        under_way.update(
            attempts=MOST_ATTEMPTS, sent_at=Coalesce("sent_at", F("created_at")), secret=""
        )
        waiting = under_way.exclude(state=Operation.State.UNKNOWN)
        operations = list(waiting.select_related("team", "account").order_by("created_at"))
        for operation in operations:
            operation_unknown(operation, code=RESTORED, message=say("maybe_done_since_backup"))
    return len(operations)


def _audit_verify() -> int:
    count = 0
    for team_id in chain_team_ids():
        entries, fault = chain_verify(team_id)
        if fault is not None:
            raise BackupError(
                f"The audit log of team {team_id} does not hold at entry {fault.sequence}: "
                f"{fault.problem}. Do not use this backup."
            )
        count += entries
    return count
