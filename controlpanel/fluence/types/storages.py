"""Disks."""

from __future__ import annotations

from controlpanel.fluence.types.base import Answer, Billed, Count, Id, Moment, Request


class StorageImage(Answer):
    """The catalogue image a disk was made from."""

    id: str
    name: str = ""
    slug: str = ""
    distribution: str = ""


class Storage(Billed):
    """A disk of `volume_gb` GB. `attached_to` holds VM ids; `role` is BOOT or DATA."""

    id: Id
    name: str
    cluster_id: Id
    status: str
    volume_gb: Count
    storage_type: str = ""
    replicated: bool = False
    role: str = ""
    allowed_actions: tuple[str, ...] = ()
    attached_to: tuple[str, ...] = ()
    image: StorageImage | None = None
    init_url: str | None = None
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NewStorage(Request):
    """A disk of `volume_gb` GB to be made. `os_image` is an image's download URL."""

    name: str
    cluster_id: str
    volume_gb: int
    storage_type: str = "NVME"
    replicated: bool = False
    os_image: str | None = None
