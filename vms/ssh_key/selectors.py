"""What pages read of the account's SSH keys."""

from datetime import timedelta
from uuid import UUID

from django.db.models import Q
from django.utils import timezone

from controlpanel.teams.models import Team
from vms.core.public_keys import key_body
from vms.models import FluenceAccount, Operation, SSHKey
from vms.models.operation import OPEN_STATES

TARGET_TYPE = "ssh_key"
# How long a page goes on showing that what was asked of a key turned out to be not done.
SHOWN_AFTERWARDS = timedelta(hours=1)
MOST_CHANGES = 20


def ssh_keys_for_account(account: FluenceAccount | None) -> list[SSHKey]:
    return list(SSHKey.objects.filter(account=account)) if account else []


def ssh_key_known(*, team: Team, public_key: str) -> SSHKey | None:
    """Return the account's key with the same key material, if it is registered already."""
    wanted = key_body(public_key)
    keys = SSHKey.objects.filter(account__team=team)
    return next((key for key in keys if key_body(key.public_key) == wanted), None)


def ssh_key_for_team(*, team: Team, pk: int) -> SSHKey | None:
    return SSHKey.objects.filter(account__team=team, pk=pk).first()


def ssh_key_change_for_team(*, team: Team, pk: UUID) -> Operation | None:
    return Operation.objects.filter(team=team, target_type=TARGET_TYPE, pk=pk).first()


def ssh_key_changes_for_team(*, team: Team) -> list[Operation]:
    """Return what is asked of keys and has not ended, and what looking has shown to be not done.

    A VM shows on its own row how its operations stand; a key that is not there yet has none.
    """
    asked = Operation.objects.filter(team=team, target_type=TARGET_TYPE)
    not_done = Q(error_code="not_done", finished_at__gt=timezone.now() - SHOWN_AFTERWARDS)
    rows = asked.filter(Q(state__in=OPEN_STATES) | not_done)
    return list(rows.order_by("-created_at")[:MOST_CHANGES])
