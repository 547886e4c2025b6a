"""What may be asked of private networks and security groups: the one door for views and tasks."""

from typing import Any
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.models import VPC, Cluster, Operation, Resource, SecurityGroup, Subnet
from vms.resource.services import resource_change, resource_create

from .kinds import (
    CREATE_GROUP,
    CREATE_SUBNET,
    CREATE_VPC,
    DELETE_GROUP,
    DELETE_SUBNET,
    DELETE_VPC,
    RENAME_GROUP,
    RENAME_SUBNET,
    RENAME_VPC,
    SET_RULES,
)
from .rules import rules_in_words

RENAMES = {VPC: RENAME_VPC, Subnet: RENAME_SUBNET, SecurityGroup: RENAME_GROUP}
DELETES = {VPC: DELETE_VPC, Subnet: DELETE_SUBNET, SecurityGroup: DELETE_GROUP}


def vpc_create(
    *,
    team: Team,
    actor: Actor,
    name: str,
    cluster: Cluster,
    enable_external: bool = True,
    form_key: UUID | None = None,
) -> Operation:
    """Make a private network; raises as `resource_create`."""
    row = VPC(name=name, cluster=cluster, enable_external=enable_external)
    return resource_create(
        CREATE_VPC,
        row,
        team=team,
        actor=actor,
        request={"cluster_id": cluster.pk, "enable_external": enable_external},
        changes={"place": [None, str(cluster)]},
        form_key=form_key,
    )


def subnet_create(
    *,
    team: Team,
    actor: Actor,
    vpc: VPC,
    name: str,
    ipv4_cidr: str = "",
    ipv6_cidr: str = "",
    form_key: UUID | None = None,
) -> Operation:
    """Make a subnet of a VPC; Fluence chooses a range that is empty.

    Raises as `resource_create`.
    """
    ranges = {"ipv4_cidr": ipv4_cidr, "ipv6_cidr": ipv6_cidr}
    vpc_id = vpc.remote_id or ""
    row = Subnet(name=name, cluster=vpc.cluster, vpc_remote_id=vpc_id, **ranges)
    return resource_create(
        CREATE_SUBNET,
        row,
        team=team,
        actor=actor,
        request={"cluster_id": vpc.cluster_id, "vpc_remote_id": vpc_id, **ranges},
        changes={
            "vpc": [None, vpc.name],
            **{name: [None, value] for name, value in ranges.items() if value},
        },
        form_key=form_key,
    )


def group_create(
    *,
    team: Team,
    actor: Actor,
    name: str,
    cluster: Cluster,
    ingress: dict[str, Any],
    egress: dict[str, Any],
    form_key: UUID | None = None,
) -> Operation:
    """Make a security group with its rules, as Fluence writes them; raises as `resource_create`."""
    rules = {"ingress": ingress, "egress": egress}
    row = SecurityGroup(name=name, cluster=cluster, **rules)
    return resource_create(
        CREATE_GROUP,
        row,
        team=team,
        actor=actor,
        request={"cluster_id": cluster.pk, **rules},
        changes={
            "place": [None, str(cluster)],
            **{direction: [None, rules_in_words(wire)] for direction, wire in rules.items()},
        },
        form_key=form_key,
    )


def rules_set(
    *,
    group: SecurityGroup,
    team: Team,
    actor: Actor,
    ingress: dict[str, Any],
    egress: dict[str, Any],
    form_key: UUID | None = None,
) -> Operation:
    """Replace the rules of a group; raises as `resource_change`."""
    request = {"ingress": ingress, "egress": egress}
    return resource_change(
        SET_RULES, group, team=team, actor=actor, request=request, form_key=form_key
    )


def network_rename(
    *,
    row: Resource,
    team: Team,
    actor: Actor,
    name: str,
    seen: str = "",
    form_key: UUID | None = None,
) -> Operation:
    """Rename a VPC, a subnet or a group; raises as `resource_change`."""
    request = {"name": name, "seen": seen}
    kind = RENAMES[type(row)]
    return resource_change(kind, row, team=team, actor=actor, request=request, form_key=form_key)


def network_delete(
    *, row: Resource, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Delete a VPC, a subnet or a group that nothing uses; raises as `resource_change`."""
    kind = DELETES[type(row)]
    return resource_change(kind, row, team=team, actor=actor, form_key=form_key)
