"""What pages read of private networks and security groups."""

from collections import defaultdict
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from controlpanel.teams.models import Team
from vms.core import resource_statuses, statuses
from vms.models import VM, VPC, FluenceAccount, SecurityGroup, Subnet

# More VMs than this are not named one by one.
MOST_NAMED = 50


@dataclass(frozen=True, slots=True)
class Networks:
    """The account's VPCs by name, each with its subnets, and its security groups."""

    vpcs: list[tuple[VPC, list[Subnet]]]
    groups: list[SecurityGroup]


def networks_of(account: FluenceAccount) -> Networks:
    """Return all that is shown, in three queries."""
    subnets: dict[str, list[Subnet]] = defaultdict(list)
    for subnet in Subnet.objects.filter(account=account, hidden_at=None).order_by("name", "pk"):
        subnets[subnet.vpc_remote_id].append(subnet)
    vpcs = VPC.objects.filter(account=account, hidden_at=None).order_by("name", "pk")
    groups = SecurityGroup.objects.filter(account=account, hidden_at=None)
    return Networks(
        vpcs=[(vpc, subnets[vpc.remote_id or ""]) for vpc in vpcs.select_related(*_PLACE)],
        groups=list(groups.select_related(*_PLACE).order_by("name", "pk")),
    )


_PLACE = ("cluster__datacenter",)


def group_names(account_id: UUID | None, cluster_id: str) -> dict[str, str]:
    """Return the names of the security groups of a place, by Fluence's id."""
    groups = SecurityGroup.objects.filter(
        account=account_id, cluster=cluster_id, remote_id__isnull=False, hidden_at=None
    )
    return {pk: name for pk, name in groups.values_list("remote_id", "name") if pk}


def groups_of_place(account_id: UUID | None, cluster_id: str) -> list[SecurityGroup]:
    """Return the groups that an interface in a place can have, by name."""
    groups = SecurityGroup.objects.filter(
        account=account_id, cluster=cluster_id, status=resource_statuses.READY, hidden_at=None
    )
    return list(groups.order_by("name", "pk"))


def vms_of_group(group: SecurityGroup) -> list[VM]:
    """Return the living VMs of which an interface has the group, by name, up to MOST_NAMED."""
    return list(_holding(group).order_by("name", "pk")[:MOST_NAMED])


def vms_counted(group: SecurityGroup) -> int:
    """Return how many living VMs have the group: a VM may have it on several interfaces."""
    return _holding(group).count()


def _holding(group: SecurityGroup) -> QuerySet[VM]:
    if not group.remote_id or not group.attached_to:
        return VM.objects.none()
    here = VM.objects.filter(account=group.account_id, cluster=group.cluster_id, hidden_at=None)
    holding = here.filter(Q(interfaces__icontains=group.remote_id))
    return holding.exclude(status__in=statuses.ENDED)


def group_for_team(*, team: Team, pk: UUID) -> SecurityGroup | None:
    rows = SecurityGroup.objects.filter(account__team=team, hidden_at=None, pk=pk)
    return rows.select_related("account", *_PLACE).first()
