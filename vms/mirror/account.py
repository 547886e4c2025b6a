"""What of an account must hold while its mirror is written."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from vms.models import FluenceAccount, Operation
from vms.models.operation import OPEN_STATES


def account_lock(account: FluenceAccount) -> bool:
    """Lock the account until the transaction ends; false if it was disconnected meanwhile."""
    row = FluenceAccount.objects.select_for_update(no_key=True).filter(pk=account.pk)
    return bool(row.values_list("pk"))


def names_being_made(account: FluenceAccount) -> set[str]:
    """Return the names of the VMs that open operations may be making at this moment."""
    creates = Operation.objects.filter(
        account=account,
        kind=Action.VM_CREATE,
        state__in=OPEN_STATES,
        needs_attention=False,
    )
    return set(creates.values_list("target_name", flat=True))


def follow_soon(account: FluenceAccount) -> None:
    """Have the account's newest and moving resources looked at within seconds."""
    accounts_follow_soon({account.pk})


def accounts_follow_soon(ids: Collection[UUID]) -> None:
    rows = FluenceAccount.objects.filter(pk__in=ids)
    # Afterwards: whoever locks an account locks it before all else.
    transaction.on_commit(lambda: rows.update(newest_after=timezone.now()))
