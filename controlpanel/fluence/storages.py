"""Calls about disks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypedDict, Unpack

from controlpanel.fluence.calls import Group, May, Send, change, read
from controlpanel.fluence.queries import every_page, given, query
from controlpanel.fluence.types.base import Page
from controlpanel.fluence.types.storages import NewStorage, Storage


class StorageFilters(TypedDict, total=False):
    """Which disks are looked for; `exclude_attached` leaves those that no VM has.

    `name` is a pattern as for VMs. `sort` is createdAt, name or status; `order` asc or desc.
    """

    ids: Iterable[str]
    name: str | None
    storage_type: str | None
    status: Iterable[str]
    exclude_status: Iterable[str]
    exclude_attached: bool | None
    sort: str | None
    order: str | None


class Storages(Group[May]):
    """`client.storages`: boot disks and data disks, attached or not."""

    @read("GET /v1/storages")
    def list(
        self,
        send: Send,
        *,
        page: int | None = None,
        per_page: int | None = None,
        **filters: Unpack[StorageFilters],
    ) -> Page[Storage]:
        """Return one page of disks."""
        return send(query=query(**filters, page=page, per_page=per_page)).page(Storage)

    def iterate(
        self, *, per_page: int = 100, **filters: Unpack[StorageFilters]
    ) -> Iterator[Storage]:
        """Yield every disk that matches, page by page, oldest first by default."""
        sorted_filters: StorageFilters = {"sort": "createdAt", "order": "asc", **filters}
        return every_page(self.list, sorted_filters, per_page)

    @read("GET /v1/storages/{storage_id}")
    def get(self, send: Send, storage_id: str) -> Storage:
        """Return one disk. Raises NotFound."""
        return send(storage_id=storage_id).one(Storage)

    @change("POST /v1/storages")
    def create(self, send: Send, request: NewStorage) -> Storage:
        """Rent a disk that no VM has yet."""
        return send(body=request).one(Storage)

    @change("PATCH /v1/storages/{storage_id}")
    def update(
        self, send: Send, storage_id: str, *, name: str | None = None, volume_gb: int | None = None
    ) -> Storage:
        """Rename or grow a disk; what is None stays."""
        return send(storage_id=storage_id, body=given(name=name, volume_gb=volume_gb)).one(Storage)

    @change("DELETE /v1/storages/{storage_id}")
    def delete(self, send: Send, storage_id: str) -> Storage:
        """Delete a disk and what is on it, for good."""
        return send(storage_id=storage_id).one(Storage)

    @change("POST /v1/storages/delete")
    def delete_many(self, send: Send, storage_ids: Iterable[str]) -> tuple[Storage, ...]:
        """Delete several disks and what is on them, for good."""
        return send(body={"ids": [*storage_ids]}).all(Storage)
