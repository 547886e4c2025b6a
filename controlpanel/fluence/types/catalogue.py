"""What can be rented, and where."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import Field, OnErrorOmit, StringConstraints

from controlpanel.fluence.types.base import Answer, Count, Id, Moment, SmallCount

SLUG = re.compile(r"^cpu-(?P<family>[a-z0-9_]+)-(?P<vcpu>\d+)vcpu-(?P<ram_gb>\d+)gb$")


def family_of(slug: str) -> str:
    """Return "regular" for "cpu-regular-2vcpu-4gb", and "" for a slug of another pattern."""
    match = SLUG.match(slug)
    return match["family"] if match else ""


class Datacenter(Answer):
    """A place clusters stand in. `country_code` is ISO 3166-1 alpha-2. `GET /v1/datacenters`."""

    id: Id
    country_code: str = ""
    city_code: str = ""
    city_name: str = ""
    index: int = 0
    tier: SmallCount = 0
    certifications: tuple[str, ...] = ()
    slug: str = ""


class Cluster(Answer):
    """The part of a datacenter a VM is placed in. `GET /v1/clusters`."""

    id: Id
    dc_id: Id
    name: str = ""


class Configuration(Answer):
    """A size of VM. `ram_gb` is in decimal GB. `GET /v1/configurations/virtual_machines`."""

    id: Id
    slug: str
    name: str = ""
    description: str = ""
    vcpu: SmallCount
    ram_gb: Count
    dedicated: bool = False
    cpu_families: tuple[str, ...] = ()
    preset: str = ""
    tags: tuple[str, ...] = ()

    @property
    def family(self) -> str:
        """The family named in the slug: "regular", "premium", "shared", or "" if unknown."""
        return family_of(self.slug)


class AvailableStorage(Answer):
    """Room for disks of one kind, in GB."""

    storage_type: str
    replicated: bool = False
    volume_gb: Count = 0


class ClusterResources(Answer):
    """What one cluster can still give. `GET /v1/clusters/{cluster_id}/resources`.

    `available_public_ips` counts addresses by type ("V4"); `available_storage` is keyed by CPU
    family ("AMD_ZEN3").
    """

    available_configurations: tuple[OnErrorOmit[Configuration], ...] = ()
    available_public_ips: dict[str, OnErrorOmit[Count]] = Field(default_factory=dict)
    available_storage: dict[str, tuple[OnErrorOmit[AvailableStorage], ...]] = Field(
        default_factory=dict
    )


class Image(Answer):
    """An OS image; `download_url` goes into a boot disk's `os_image`, `username` logs in."""

    id: Annotated[str, StringConstraints(min_length=1, max_length=64)]
    name: str
    slug: str = ""
    distribution: str = ""
    username: str = ""
    download_url: Annotated[str, StringConstraints(max_length=500)]
    icon_url: str = ""
    created_at: Moment | None = None
    updated_at: Moment | None = None


class StorageType(Answer):
    """A kind of disk and its limits. Bandwidths are in MiB/s. `GET /v1/storages/types`."""

    storage_type: str
    boot_disk: bool = False
    min_volume_gb: Count = 0
    max_iops_read: int = 0
    max_iops_write: int = 0
    max_bandwidth_read_mib: int = 0
    max_bandwidth_write_mib: int = 0
