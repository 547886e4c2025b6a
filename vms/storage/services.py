"""What may be asked of disks: the one door for views, tasks and commands."""

from collections.abc import Iterable
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.models import VM, Batch, Cluster, Operation, Storage
from vms.resource.services import resource_change, resource_create, resources_delete

from .kinds import (
    ATTACH_STORAGE,
    CREATE_STORAGE,
    DELETE_STORAGE,
    DETACH_STORAGE,
    GROW_STORAGE,
    RENAME_STORAGE,
)


def storage_create(
    *,
    team: Team,
    actor: Actor,
    name: str,
    cluster: Cluster,
    volume_gb: int,
    form_key: UUID | None = None,
) -> Operation:
    """Rent a data disk of `volume_gb` GB that no VM has yet; raises as `resource_create`."""
    replicated = cluster.storage_replicated
    price = cluster.storage_price_gb_hour
    disk = Storage(
        name=name,
        cluster=cluster,
        volume_gb=volume_gb,
        storage_type="NVME",
        replicated=replicated,
        price_hour=None if price is None else price * volume_gb,
    )
    request = {"cluster_id": cluster.pk, "volume_gb": volume_gb, "replicated": replicated}
    changes = {"place": [None, str(cluster)], "volume_gb": [None, volume_gb]}
    return resource_create(
        CREATE_STORAGE,
        disk,
        team=team,
        actor=actor,
        request=request,
        changes=changes,
        form_key=form_key,
    )


def storage_rename(
    *,
    disk: Storage,
    team: Team,
    actor: Actor,
    name: str,
    seen: str = "",
    form_key: UUID | None = None,
) -> Operation:
    """Raises as `resource_change`, NameTaken and NameChanged among them."""
    request = {"name": name, "seen": seen}
    return resource_change(
        RENAME_STORAGE, disk, team=team, actor=actor, request=request, form_key=form_key
    )


def storage_grow(
    *, disk: Storage, team: Team, actor: Actor, volume_gb: int, form_key: UUID | None = None
) -> Operation:
    """Make it larger, to `volume_gb` GB; raises as `resource_change`, also if it would shrink."""
    request = {"volume_gb": volume_gb}
    return resource_change(
        GROW_STORAGE, disk, team=team, actor=actor, request=request, form_key=form_key
    )


def storage_attach(
    *, disk: Storage, vm: VM, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Give a free data disk to a VM of its place; raises as `resource_change`."""
    return resource_change(
        ATTACH_STORAGE, disk, team=team, actor=actor, request={"vm": vm}, form_key=form_key
    )


def storage_detach(
    *, disk: Storage, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Take a data disk off its VM. It stays, and costs; raises as `resource_change`."""
    return resource_change(DETACH_STORAGE, disk, team=team, actor=actor, form_key=form_key)


def storage_delete(
    *, disk: Storage, team: Team, actor: Actor, form_key: UUID | None = None
) -> Operation:
    """Delete a disk that no VM has, and what is on it; raises as `resource_change`."""
    return resource_change(DELETE_STORAGE, disk, team=team, actor=actor, form_key=form_key)


def storages_delete(*, disks: Iterable[Storage], team: Team, actor: Actor, form_key: UUID) -> Batch:
    """Delete many disks, by the workers; raises as `resources_delete`."""
    return resources_delete(DELETE_STORAGE, disks, team=team, actor=actor, form_key=form_key)
