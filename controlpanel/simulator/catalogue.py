"""What the simulated cloud offers. The same at every start: ids are derived from names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

IMAGES_URL = "https://images.simulator.example/"


def fixed_id(kind: str, name: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"simulator:{kind}:{name}"))


@dataclass(frozen=True, slots=True)
class Datacenter:
    slug: str
    country_code: str
    city_code: str
    city_name: str
    tier: int
    certifications: tuple[str, ...]

    @property
    def id(self) -> str:
        return fixed_id("datacenter", self.slug)


@dataclass(frozen=True, slots=True)
class Cluster:
    """A cluster and all it could ever give: vCPU, addresses, and GB of plain and replicated disk.

    `price_factor` makes one cluster dearer than another.
    """

    name: str
    datacenter: str
    cpu_families: tuple[str, ...]
    price_factor: Decimal
    vcpu: int
    public_ips: int
    storage_gb: int
    replicated_gb: int

    @property
    def id(self) -> str:
        return fixed_id("cluster", self.name)

    @property
    def has_console(self) -> bool:
        return self.name != WITHOUT_CONSOLE


@dataclass(frozen=True, slots=True)
class Configuration:
    slug: str
    family: str
    vcpu: int
    ram_gb: int

    @property
    def id(self) -> str:
        return fixed_id("configuration", self.slug)

    @property
    def cpu_families(self) -> tuple[str, ...]:
        return CPU_FAMILIES[self.family]


@dataclass(frozen=True, slots=True)
class Image:
    """An OS image. `min_gb` is the smallest boot disk it fits on; the API does not tell it."""

    slug: str
    distribution: str
    name: str
    username: str
    file: str
    min_gb: int

    @property
    def id(self) -> str:
        return fixed_id("image", self.slug).replace("-", "")

    @property
    def download_url(self) -> str:
        return IMAGES_URL + self.file


@dataclass(frozen=True, slots=True)
class StorageType:
    name: str
    boot_disk: bool
    min_gb: int
    max_iops: int
    max_mib: int


DATACENTERS = (
    Datacenter("pl-waw-1", "PL", "WAW", "Warsaw", 3, ("ISO 27001", "SOC 2 Type II")),
    Datacenter("de-fra-1", "DE", "FRA", "Frankfurt", 4, ("ISO 27001", "ISO 50001", "PCI DSS")),
    Datacenter("nl-ams-1", "NL", "AMS", "Amsterdam", 3, ("ISO 27001",)),
    Datacenter("fi-hel-1", "FI", "HEL", "Helsinki", 3, ("ISO 27001", "ISO 14001")),
    Datacenter("us-iad-1", "US", "IAD", "Ashburn", 4, ("SOC 2 Type II", "HIPAA")),
    Datacenter("sg-sin-1", "SG", "SIN", "Singapore", 4, ("ISO 27001", "SOC 2 Type II")),
)

ZEN2, ZEN3, ZEN5 = "AMD_ZEN2", "AMD_ZEN3", "AMD_ZEN5"

CPU_FAMILIES = {"regular": (ZEN2, ZEN3), "premium": (ZEN5,), "shared": (ZEN3,)}

CLUSTERS = (
    Cluster("Vistula", "pl-waw-1", (ZEN3, ZEN5), Decimal("0.88"), 8192, 1024, 160_000, 40_000),
    Cluster("Mazovia", "pl-waw-1", (ZEN2,), Decimal("0.80"), 128, 12, 3_000, 0),
    Cluster("Rhine", "de-fra-1", (ZEN3, ZEN5), Decimal("1.05"), 12288, 2048, 240_000, 80_000),
    Cluster("Taunus", "de-fra-1", (ZEN3,), Decimal("0.98"), 4096, 512, 80_000, 0),
    Cluster("Amstel", "nl-ams-1", (ZEN3, ZEN5), Decimal("1.00"), 6144, 768, 120_000, 30_000),
    Cluster("Saimaa", "fi-hel-1", (ZEN3,), Decimal("0.84"), 8, 3, 300, 0),
    Cluster("Potomac", "us-iad-1", (ZEN3, ZEN5), Decimal("1.12"), 16384, 2048, 320_000, 120_000),
    Cluster("Merlion", "sg-sin-1", (ZEN5,), Decimal("1.31"), 4096, 512, 80_000, 20_000),
)

SMALL_CLUSTER = "Saimaa"
"""Eight vCPU and three addresses: the one that runs out."""

WITHOUT_CONSOLE = "Mazovia"
"""No gateway there: a VM's console token is answered 503."""

UNPRICED = "cpu-premium-64vcpu-128gb"
"""In the catalogue, but sold nowhere: a create that asks for it is answered 404."""

_SLUGS = (
    "cpu-regular-2vcpu-4gb",
    "cpu-regular-4vcpu-8gb",
    "cpu-regular-8vcpu-16gb",
    "cpu-regular-8vcpu-32gb",
    "cpu-regular-16vcpu-32gb",
    "cpu-regular-24vcpu-48gb",
    "cpu-regular-32vcpu-64gb",
    "cpu-regular-64vcpu-128gb",
    "cpu-premium-2vcpu-4gb",
    "cpu-premium-4vcpu-8gb",
    "cpu-premium-8vcpu-16gb",
    "cpu-premium-8vcpu-32gb",
    "cpu-premium-16vcpu-32gb",
    "cpu-premium-32vcpu-64gb",
    UNPRICED,
    "cpu-shared-2vcpu-2gb",
    "cpu-shared-3vcpu-4gb",
    "cpu-shared-4vcpu-8gb",
    "cpu-shared-8vcpu-16gb",
)


def _configuration(slug: str) -> Configuration:
    match = re.fullmatch(r"cpu-(\w+)-(\d+)vcpu-(\d+)gb", slug)
    assert match  # noqa: S101 (a slug above is misspelt)
    return Configuration(slug, match[1], int(match[2]), int(match[3]))


CONFIGURATIONS = tuple(_configuration(slug) for slug in _SLUGS)

IMAGES = (
    Image("ubuntu-24-04-x64", "Ubuntu", "24.04 (LTS) x64", "ubuntu", "ubuntu-24.04.img", 10),
    Image("ubuntu-22-04-x64", "Ubuntu", "22.04 (LTS) x64", "ubuntu", "ubuntu-22.04.img", 10),
    Image("debian-12-x64", "Debian", "12 x64", "debian", "debian-12.qcow2", 10),
    Image("debian-11-x64", "Debian", "11 x64", "debian", "debian-11.qcow2", 10),
    Image("rocky-9-x64", "Rocky Linux", "9 x64", "rocky", "rocky-9.qcow2", 10),
    Image("almalinux-9-x64", "AlmaLinux", "9 x64", "almalinux", "almalinux-9.qcow2", 10),
    Image("fedora-41-x64", "Fedora", "41 x64", "fedora", "fedora-41.qcow2", 10),
    Image("ubuntu-24-04-docker", "Ubuntu", "24.04 with Docker", "ubuntu", "docker.img", 40),
)

STORAGE_TYPES = (StorageType("NVME", boot_disk=True, min_gb=25, max_iops=75000, max_mib=1200),)

NOT_IN_SMALL_CLUSTERS = "cpu-shared-2vcpu-2gb"
SMALL_CLUSTER_VCPU = 256

clusters_by_id = {cluster.id: cluster for cluster in CLUSTERS}
configurations_by_id = {configuration.id: configuration for configuration in CONFIGURATIONS}
images_by_url = {image.download_url: image for image in IMAGES}
storage_types_by_name = {storage_type.name: storage_type for storage_type in STORAGE_TYPES}


def is_offered(configuration: Configuration, cluster: Cluster) -> bool:
    """Whether a configuration has a price in a cluster, room or no room."""
    if configuration.slug == UNPRICED:
        return False
    if configuration.slug == NOT_IN_SMALL_CLUSTERS and cluster.vcpu < SMALL_CLUSTER_VCPU:
        return False
    return not set(configuration.cpu_families).isdisjoint(cluster.cpu_families)
