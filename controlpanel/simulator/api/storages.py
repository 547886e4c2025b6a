"""Disks. They come with VMs, and outlive them."""

from __future__ import annotations

from controlpanel.simulator import listing
from controlpanel.simulator.router import Call, route
from controlpanel.simulator.wire import Json, storage_dto

STATUSES = ("new", "created", "ready", "updating", "failed", "removing", "removed")
TYPES = ("HDD", "SSD", "NVMe", "NVME")


@route("GET", "/v1/storages", scope="storage:read")
def list_storages(call: Call) -> Json:
    query = call.query
    only_free = listing.flag(query, "excludeAttached")
    types = [each.upper() for each in listing.choices(query, "storageType", TYPES)]
    own = [s for s in call.world.state.storages.values() if s.user_id == call.account.id]
    rows = [
        storage
        for storage in listing.filtered(own, query, STATUSES)
        if not (only_free and storage.attached_to) and (not types or storage.storage_type in types)
    ]
    return listing.page_of(listing.in_order(rows, query), query, len(own), storage_dto)
