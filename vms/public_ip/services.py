"""What may be asked of addresses: the one door for views, tasks and commands."""

from collections.abc import Iterable
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.models import VM, Batch, Cluster, Operation, PublicIp
from vms.resource.services import resource_change, resource_create, resources_delete

from .kinds import (
    ATTACH_PUBLIC_IP,
    DETACH_PUBLIC_IP,
    RELEASE_PUBLIC_IP,
    RENAME_PUBLIC_IP,
    RESERVE_PUBLIC_IP,
)


def public_ip_reserve(
    *, team: Team, actor: Actor, name: str, cluster: Cluster, form_key: UUID | None = None
) -> Operation:
    """Rent an address that no VM has yet; raises as `resource_create`."""
    address = PublicIp(
        name=name, cluster=cluster, address_type="V4", price_hour=cluster.public_ip_price_hour
    )
    return resource_create(
        RESERVE_PUBLIC_IP,
        address,
        team=team,
        actor=actor,
        request={"cluster_id": cluster.pk},
        changes={"place": [None, str(cluster)]},
        form_key=form_key,
    )


def public_ip_rename(
    *,
    address: PublicIp,
    team: Team,
    actor: Actor,
    name: str,
    seen: str = "",
    form_key: UUID | None = None,
) -> Operation:
    """Raises as `resource_change`, NameTaken and NameChanged among them."""
    request = {"name": name, "seen": seen}
    return resource_change(
        RENAME_PUBLIC_IP, address, team=team, actor=actor, request=request, form_key=form_key
    )


def public_ip_attach(
    *, address: PublicIp, vm: VM, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Give a free address to a VM of its place that has none; raises as `resource_change`."""
    return resource_change(
        ATTACH_PUBLIC_IP, address, team=team, actor=actor, request={"vm": vm}, form_key=form_key
    )


def public_ip_detach(
    *, address: PublicIp, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Take an address off its VM. It stays, and costs; raises as `resource_change`."""
    return resource_change(DETACH_PUBLIC_IP, address, team=team, actor=actor, form_key=form_key)


def public_ip_release(
    *, address: PublicIp, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Give back an address that no VM has, for good; raises as `resource_change`."""
    return resource_change(RELEASE_PUBLIC_IP, address, team=team, actor=actor, form_key=form_key)


def public_ips_release(
    *, addresses: Iterable[PublicIp], team: Team, actor: Actor, form_key: UUID
) -> Batch:
    """Give back many addresses, by the workers; raises as `resources_delete`."""
    return resources_delete(RELEASE_PUBLIC_IP, addresses, team=team, actor=actor, form_key=form_key)
