"""What fits together: VMs that take a disk or an address, and what is free in a VM's place."""

from typing import TypeVar
from uuid import UUID

from django.db.models import QuerySet

from controlpanel.fluence import VMAction
from vms.core import resource_statuses, statuses
from vms.models import VM, Attachable, PublicIp, Storage
from vms.models.storage import DATA

# Of what there is to choose from a page shows so many.
MOST = 500
Row = TypeVar("Row", bound=Attachable)


def vms_that_take(row: Attachable, needs: VMAction) -> list[VM]:
    """Return the VMs of the row's place to which Fluence lets it be attached now, by name."""
    launched = VM.objects.filter(
        account=row.account_id,
        cluster=row.cluster_id,
        status=statuses.LAUNCHED,
        hidden_at__isnull=True,
    )
    return [vm for vm in launched.order_by("name", "pk")[:MOST] if vm.allows(needs)]


def free_disks(account_id: UUID | None, cluster_id: str, *, role: str = DATA) -> list[Storage]:
    """Return the disks that a VM of the place can be given, by name."""
    rows = Storage.objects.filter(account=account_id, cluster=cluster_id, role=role)
    return list(_free(rows))


def free_public_ips(account_id: UUID | None, cluster_id: str) -> list[PublicIp]:
    """Return the addresses that a VM of the place can be given, by name."""
    return list(_free(PublicIp.objects.filter(account=account_id, cluster=cluster_id)))


def _free(rows: QuerySet[Row]) -> QuerySet[Row]:
    free = rows.filter(attached_to="", status=resource_statuses.READY, hidden_at=None)
    return free.order_by("name", "pk")[:MOST]
