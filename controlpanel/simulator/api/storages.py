"""Disks: boot disks with an image, and data disks. They outlive the VMs they were attached to."""

from __future__ import annotations

from controlpanel.simulator import listing, room
from controlpanel.simulator.catalogue import clusters_by_id
from controlpanel.simulator.disks import make_disk, read_new_disk
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.records import StorageRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, storage_actions, storage_dto

STATUSES = ("new", "created", "ready", "updating", "failed", "removing", "removed")
TYPES = ("HDD", "SSD", "NVMe")


@route("GET", "/v1/storages", scope="storage:read")
def list_storages(call: Call) -> Json:
    query = call.query
    only_free = listing.flag(query, "excludeAttached")
    types = [each.upper() for each in listing.choices(query, "storageType", TYPES)]
    own = all_owned(call, call.world.state.storages)
    rows = [
        storage
        for storage in listing.filtered(own, query, STATUSES)
        if not (only_free and storage.attached_to) and (not types or storage.storage_type in types)
    ]
    return listing.page_of(listing.in_order(rows, query), query, len(own), storage_dto)


@route("POST", "/v1/storages", scope="storage:write")
def create(call: Call) -> Json:
    disk = read_new_disk(Fields(call.body))
    room.check_disk_space(call.world.state, disk.cluster, [(disk.volume_gb, disk.replicated)])
    room.check_balance(call.account, disk.price)
    storage = make_disk(call, disk)
    begin(call.world, storage, "new", storage.created_at)
    call.world.changed()
    return storage_dto(storage)


@route("GET", "/v1/storages/{storage_id}", scope="storage:read")
def get(call: Call) -> Json:
    return storage_dto(_own(call))


@route("PATCH", "/v1/storages/{storage_id}", scope="storage:write")
def update(call: Call) -> Json:
    """Rename a disk, or make it larger; a VM that has it sees the new size after a restart."""
    storage = _own(call)
    _check_allowed("update", storage)
    fields = Fields(call.body)
    name = fields.name() if fields.has("name") else storage.name
    if fields.has("volumeGb"):
        _enlarge(call, storage, fields)
    storage.name = name
    call.world.changed()
    return storage_dto(storage)


@route("DELETE", "/v1/storages/{storage_id}", scope="storage:write")
def delete(call: Call) -> Json:
    return _delete(call, [_own(call)])[0]


@route("POST", "/v1/storages/delete", scope="storage:write")
def delete_many(call: Call) -> list[Json]:
    return _delete(call, owned_by_body(call, call.world.state.storages, "storage"))


def _own(call: Call) -> StorageRecord:
    return owned_by_path(call, call.world.state.storages, "storage_id", "storage")


def _check_allowed(action: str, storage: StorageRecord) -> None:
    if action not in storage_actions(storage):
        state = "attached to a VM" if storage.attached_to else storage.status
        raise ApiError(
            "not_acceptable", f"{action} is not allowed while storage {storage.name} is {state}."
        )


def _enlarge(call: Call, storage: StorageRecord, fields: Fields) -> None:
    volume_gb = fields.whole_number("volumeGb", bits=32)
    if volume_gb < storage.volume_gb:
        raise fields.wrong("volumeGb", f"must be at least {storage.volume_gb}: no disk shrinks")
    if volume_gb == storage.volume_gb:
        return
    more = volume_gb - storage.volume_gb
    cluster = clusters_by_id[storage.cluster_id]
    room.check_disk_space(call.world.state, cluster, [(more, storage.replicated)])
    storage.volume_gb = volume_gb
    begin(call.world, storage, "updating", call.world.clock.now())
    for vm_id in storage.attached_to:
        call.world.state.vms[vm_id].restart_required = True


def _delete(call: Call, storages: list[StorageRecord]) -> list[Json]:
    """Delete all of them or, if one may not be deleted, none."""
    for storage in storages:
        _check_allowed("delete", storage)
    for storage in storages:
        begin(call.world, storage, "removing", call.world.clock.now())
    call.world.changed()
    return [storage_dto(storage) for storage in storages]
