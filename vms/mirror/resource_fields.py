"""Copying Fluence's disks, addresses and networks into our rows: what differs from kind to kind."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.utils import timezone

from controlpanel import fluence
from vms.core.amounts import amount_fitting
from vms.core.fitting import fitting
from vms.core.resource_statuses import REMOVED
from vms.models import VPC, Attachable, PublicIp, Resource, SecurityGroup, Storage, Subnet

Remote = fluence.Storage | fluence.PublicIp | fluence.VPC | fluence.Subnet | fluence.SecurityGroup
# As many as one call gives.
PER_CALL = 100


@dataclass(frozen=True)
class Mirrored:
    """How one kind of what an account has is read. `filters` are those of a whole reading."""

    model: type[Resource]
    remote: type[object]
    # The column of the account that tells when all of them were last read.
    read_at: str
    group: Callable[[fluence.FluenceClient], Any]
    own_fields: Callable[[Any], dict[str, Any]]
    filters: Mapping[str, Any] = field(default_factory=dict)

    def every(self, client: fluence.FluenceClient) -> Iterator[Remote]:
        """Yield all that the account has, page by page."""
        found: Iterator[Remote] = self.group(client).iterate(**self.filters)
        return found

    def named(self, client: fluence.FluenceClient, name: str) -> list[Remote]:
        """Return those of exactly this name that are not gone.

        Raises MalformedAnswer if one that is looked for may be there and cannot be read.
        """
        unreadable: list[fluence.Unreadable] = []
        rest = self.group(client).leaving_out(unreadable).iterate(name=name)
        found = [each for each in rest if each.name == name and each.status != REMOVED]
        doubtful = [each for each in unreadable if each.name in ("", name)]
        if doubtful and not found:
            raise fluence.MalformedAnswer(
                f"Fluence's answer about a {self.model.TARGET_TYPE} could not be read: "
                f"{doubtful[0].problem}.",
                code="unreadable_answer",
            )
        return found

    def some(self, client: fluence.FluenceClient, ids: Sequence[str]) -> list[Remote]:
        """Return up to PER_CALL of them by id, those that are removed included."""
        page: fluence.Page[Remote] = self.group(client).list(ids=ids, per_page=PER_CALL)
        return list(page.items)

    def one(self, client: fluence.FluenceClient, remote_id: str) -> Remote:
        """Return one of them. Raises NotFound, also for one that is removed."""
        found = [each for each in self.some(client, [remote_id]) if each.status != REMOVED]
        if not found:
            raise fluence.NotFound(f"No such {self.model.TARGET_TYPE}: {remote_id}.")
        return found[0]

    def fields(self, remote: Remote) -> dict[str, Any]:
        """Return the columns that say the same as Fluence's answer."""
        common = {
            "remote_id": remote.id,
            "name": fitting(self.model, "name", remote.name),
            "status": fitting(self.model, "status", remote.status.lower()),
            "cluster_id": remote.cluster_id,
            "absent_since": None,
        }
        made = getattr(remote, "created_at", None) or remote.ready_since
        return common | ({"created_at": made} if made else {}) | self.own_fields(remote)

    @property
    def is_attachable(self) -> bool:
        return issubclass(self.model, Attachable)


def _storage(remote: fluence.Storage) -> dict[str, Any]:
    image = f"{remote.image.distribution} {remote.image.name}".strip() if remote.image else ""
    return {
        "price_hour": amount_fitting(remote.price_hourly_usd),
        "role": fitting(Storage, "role", remote.role.upper()),
        "volume_gb": remote.volume_gb,
        "storage_type": fitting(Storage, "storage_type", remote.storage_type),
        "replicated": remote.replicated,
        "image": fitting(Storage, "image", image),
    }


def _public_ip(remote: fluence.PublicIp) -> dict[str, Any]:
    return {
        "price_hour": amount_fitting(remote.price_hourly_usd),
        "address": fitting(PublicIp, "address", remote.address or ""),
        "address_type": fitting(PublicIp, "address_type", remote.address_type),
    }


def _vpc(remote: fluence.VPC) -> dict[str, Any]:
    return {"enable_external": remote.enable_external}


def _subnet(remote: fluence.Subnet) -> dict[str, Any]:
    return {
        "vpc_remote_id": fitting(Subnet, "vpc_remote_id", remote.vpc_id),
        "ipv4_cidr": fitting(Subnet, "ipv4_cidr", remote.ipv4_cidr or ""),
        "ipv6_cidr": fitting(Subnet, "ipv6_cidr", remote.ipv6_cidr or ""),
    }


def _security_group(remote: fluence.SecurityGroup) -> dict[str, Any]:
    return {
        "vpc_remote_id": fitting(SecurityGroup, "vpc_remote_id", remote.vpc_id),
        "ingress": remote.ingress_rules.to_wire(),
        "egress": remote.egress_rules.to_wire(),
        "attached_to": sorted(remote.attached_to),
    }


def attached_to(remote: Remote) -> str:
    """Return Fluence's id of the VM that has a disk or an address; empty if none has it."""
    if isinstance(remote, fluence.Storage):
        return remote.attached_to[0] if remote.attached_to else ""
    if isinstance(remote, fluence.PublicIp) and remote.attached_to:
        return remote.attached_to.id
    return ""


def new_row(mirrored: Mirrored, account_id: UUID, remote: Remote) -> Resource:
    """Return a row for what has none yet; its fields are still to be set."""
    return mirrored.model(account_id=account_id, remote_id=remote.id, created_at=timezone.now())


# What is removed stays in Fluence's lists for good.
_LIVE = {"exclude_status": (REMOVED,)}
STORAGES = Mirrored(
    Storage, fluence.Storage, "disks_read_at", lambda c: c.storages, _storage, _LIVE
)
PUBLIC_IPS = Mirrored(
    PublicIp, fluence.PublicIp, "public_ips_read_at", lambda c: c.public_ips, _public_ip, _LIVE
)
VPCS = Mirrored(VPC, fluence.VPC, "networks_read_at", lambda c: c.vpcs, _vpc)
SUBNETS = Mirrored(Subnet, fluence.Subnet, "networks_read_at", lambda c: c.subnets, _subnet)
SECURITY_GROUPS = Mirrored(
    SecurityGroup,
    fluence.SecurityGroup,
    "networks_read_at",
    lambda c: c.security_groups,
    _security_group,
)
ALL_MIRRORED = (STORAGES, PUBLIC_IPS, VPCS, SUBNETS, SECURITY_GROUPS)


def mirrored_of(model: type[Resource]) -> Mirrored:
    """Return how rows of this model are mirrored."""
    return next(each for each in ALL_MIRRORED if each.model is model)
