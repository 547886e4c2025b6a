"""Disks that are asked for: read, checked, made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from controlpanel.simulator.catalogue import (
    Cluster,
    clusters_by_id,
    images_by_url,
    storage_types_by_name,
)
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import charge_hour
from controlpanel.simulator.owned import owned
from controlpanel.simulator.pricing import storage_price
from controlpanel.simulator.records import StorageRecord
from controlpanel.simulator.router import ApiError, Call, as_uuid

BOOT, DATA = "BOOT", "DATA"
CUSTOM_IMAGE_ENDINGS = (".img", ".qcow2", ".raw")


@dataclass(frozen=True, slots=True)
class NewDisk:
    """A disk to be made: a boot disk with an image, or an empty data disk."""

    name: str
    cluster: Cluster
    volume_gb: int
    storage_type: str
    replicated: bool
    os_image: str | None

    @property
    def role(self) -> str:
        return BOOT if self.os_image else DATA

    @property
    def price(self) -> Decimal:
        per_gb = storage_price(self.cluster, replicated=self.replicated) or Decimal(0)
        return per_gb * self.volume_gb


def read_cluster(fields: Fields) -> Cluster:
    cluster = clusters_by_id.get(fields.uuid("clusterId"))
    if cluster is None:
        raise ApiError("not_found", f"{fields.name_of('clusterId')}: no such cluster.")
    return cluster


def read_new_disk(fields: Fields, role: str | None = None) -> NewDisk:
    """Read a disk's description; without a role, the image decides it."""
    cluster = read_cluster(fields)
    if role == DATA and fields.has("osImage"):
        raise fields.wrong("osImage", "a data disk has none")
    with_image = role == BOOT or fields.has("osImage")
    disk = NewDisk(
        name=fields.name(),
        cluster=cluster,
        volume_gb=fields.whole_number("volumeGb", bits=32),
        storage_type=fields.one_of("storageType", *storage_types_by_name),
        replicated=fields.boolean("replicated"),
        os_image=_os_image(fields) if with_image else None,
    )
    least = smallest_volume(disk.storage_type, disk.os_image)
    if disk.volume_gb < least:
        raise fields.wrong("volumeGb", f"must be at least {least}")
    if disk.replicated and not cluster.replicated_gb:
        raise fields.wrong("replicated", f"cluster {cluster.name} has no replicated storage")
    return disk


def smallest_volume(storage_type: str, os_image: str | None) -> int:
    image = images_by_url.get(os_image or "")
    return max(storage_types_by_name[storage_type].min_gb, image.min_gb if image else 0)


def free_disk(call: Call, cluster_id: str, value: object, where: str, role: str) -> StorageRecord:
    """Return an existing disk that a VM of this cluster may have. Raises ApiError."""
    storage = owned(call, call.world.state.storages, as_uuid(value, where), "storage", where)
    if storage.status != "ready" or storage.attached_to:
        raise ApiError("unprocessable_entity", f"{where}: the storage is not free.")
    if storage.cluster_id != cluster_id or storage.role != role:
        raise ApiError(
            "unprocessable_entity", f"{where}: must be a {role} storage of the VM's cluster."
        )
    return storage


def make_disk(call: Call, disk: NewDisk) -> StorageRecord:
    """Make a disk and charge its first hour."""
    world, now = call.world, call.world.clock.now()
    storage = StorageRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=disk.cluster.id,
        name=disk.name,
        number=world.next_number(),
        created_at=now,
        volume_gb=disk.volume_gb,
        storage_type=disk.storage_type,
        replicated=disk.replicated,
        role=disk.role,
        os_image=disk.os_image,
    )
    world.state.storages[storage.id] = storage
    charge_hour(world, storage, now)
    return storage


def _os_image(fields: Fields) -> str:
    url = fields.text("osImage")
    custom = url.startswith("https://") and url.endswith(CUSTOM_IMAGE_ENDINGS)
    if url not in images_by_url and not custom:
        raise fields.wrong("osImage", "must be the download URL of an image")
    return url
