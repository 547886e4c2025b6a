"""Public IPs that are asked for: read, checked, made."""

from __future__ import annotations

from dataclasses import dataclass

from controlpanel.simulator.catalogue import Cluster
from controlpanel.simulator.disks import read_cluster
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import charge_hour
from controlpanel.simulator.owned import owned
from controlpanel.simulator.records import PublicIpRecord
from controlpanel.simulator.router import ApiError, Call, as_uuid


@dataclass(frozen=True, slots=True)
class NewAddress:
    name: str
    cluster: Cluster


def read_new_address(fields: Fields) -> NewAddress:
    cluster = read_cluster(fields)
    fields.one_of("addressType", "V4")
    return NewAddress(fields.name(), cluster)


def free_public_ip(call: Call, cluster_id: str, value: object, where: str) -> PublicIpRecord:
    """Return an existing public IP that a VM of this cluster may have. Raises ApiError."""
    id_ = as_uuid(value, where)
    public_ip = owned(call, call.world.state.public_ips, id_, "public IP", where)
    if public_ip.status != "ready" or public_ip.attached_to:
        raise ApiError("unprocessable_entity", f"{where}: the public IP is not free.")
    if public_ip.cluster_id != cluster_id:
        raise ApiError("unprocessable_entity", f"{where}: must be in the VM's cluster.")
    return public_ip


def make_public_ip(call: Call, address: NewAddress) -> PublicIpRecord:
    """Make a public IP, which gets its address when it is ready, and charge its first hour."""
    world, now = call.world, call.world.clock.now()
    public_ip = PublicIpRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=address.cluster.id,
        name=address.name,
        number=world.next_number(),
        created_at=now,
    )
    world.state.public_ips[public_ip.id] = public_ip
    charge_hour(world, public_ip, now)
    return public_ip
