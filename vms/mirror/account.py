"""What of an account must hold while its mirror is written."""

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils import timezone

from controlpanel.audit.actions import Action
from vms.core.names import boot_disk_name, data_disk_name, public_ip_name
from vms.core.revisions import revision_raise
from vms.models import FluenceAccount, Operation
from vms.models.operation import OPEN_STATES


def account_lock(account: FluenceAccount) -> bool:
    """Lock the account until the transaction ends; false if it was disconnected meanwhile."""
    row = FluenceAccount.objects.select_for_update(no_key=True).filter(pk=account.pk)
    return bool(row.values_list("pk"))


def disks_being_made(account: FluenceAccount) -> set[str]:
    """Return the names of the disks that open operations may be making with VMs."""
    names = set[str]()
    for vm, asked in _creates(account).values_list("target_name", "request"):
        names.add(asked.get("boot_disk_name") or boot_disk_name(vm))
        for number, disk in enumerate(asked.get("data_disks", []), start=1):
            names.add(disk.get("name") or data_disk_name(vm, number))
    return names


def public_ips_being_made(account: FluenceAccount) -> set[str]:
    """Return the names of the addresses that open operations may be making with VMs."""
    asked = _creates(account).values_list("target_name", "request")
    return {request.get("public_ip_name") or public_ip_name(vm) for vm, request in asked}


def names_being_made(account: FluenceAccount) -> set[str]:
    """Return the names of the VMs that open operations may be making at this moment."""
    return set(_creates(account).values_list("target_name", flat=True))


def _creates(account: FluenceAccount) -> QuerySet[Operation]:
    return Operation.objects.filter(
        account=account,
        kind=Action.VM_CREATE,
        state__in=OPEN_STATES,
        needs_attention=False,
    )


def follow_soon(account: FluenceAccount) -> None:
    """Have the account's newest and moving resources looked at within seconds."""
    accounts_follow_soon({account.pk})


def accounts_follow_soon(ids: Collection[UUID]) -> None:
    rows = FluenceAccount.objects.filter(pk__in=ids)
    # Afterwards: whoever locks an account locks it before all else.
    transaction.on_commit(lambda: rows.update(newest_after=timezone.now()))


def resources_changed(account_id: UUID) -> None:
    """Note, once it is committed, that what the account holds has changed.

    For whoever has not locked the account, and before the team's revision is raised: open pages
    are told after that, and must find it noted.
    """
    rows = FluenceAccount.objects.filter(pk=account_id)
    transaction.on_commit(lambda: rows.update(resources_revision=F("resources_revision") + 1))


def resources_changed_with_vms(account_id: UUID, team_id: UUID) -> None:
    """Note the same where VMs have changed before, in this transaction: pages, which are told of
    these, are told once more after it.
    """
    resources_changed(account_id)
    revision_raise(team_id)
