"""An account's network in a cluster: VPC, subnet, and the interfaces of VMs in them.

The API has no call that places a VM in a subnet. Here a VM joins the oldest subnet that its
account has in the cluster; one named "default" is made for it when there is none. Security groups
belong to the oldest VPC in the same way.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TypeVar

from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.records import (
    InterfaceRecord,
    SecurityGroupRecord,
    SubnetRecord,
    Thing,
    VMRecord,
    VpcRecord,
)
from controlpanel.simulator.router import ApiError, Call
from controlpanel.simulator.world import World

DEFAULT = "default"
DEFAULT_CIDR = "10.0.0.0/24"
ENDING = ("failed", "removing", "removed")

T = TypeVar("T", bound=Thing)


def live(things: dict[str, T], user_id: str, cluster_id: str | None = None) -> Iterator[T]:
    """Yield what an account has in a cluster (in all of them without one), oldest first."""
    for thing in things.values():
        if (
            thing.user_id == user_id
            and cluster_id in (None, thing.cluster_id)
            and thing.status not in ENDING
        ):
            yield thing


def subnets_of(world: World, vpc: VpcRecord) -> list[SubnetRecord]:
    return [s for s in live(world.state.subnets, vpc.user_id) if s.vpc_id == vpc.id]


def groups_of(world: World, vpc: VpcRecord) -> list[SecurityGroupRecord]:
    return [g for g in live(world.state.security_groups, vpc.user_id) if g.vpc_id == vpc.id]


def interfaces(world: World) -> Iterator[tuple[VMRecord, InterfaceRecord]]:
    for vm in world.state.vms.values():
        for interface in vm.interfaces:
            yield vm, interface


def home_vpc(call: Call, cluster_id: str) -> VpcRecord:
    """Return the account's VPC in a cluster, made when there is none."""
    found = next(live(call.world.state.vpcs, call.account.id, cluster_id), None)
    return found or make_vpc(call, cluster_id, DEFAULT)


def home_subnet(call: Call, cluster_id: str) -> SubnetRecord:
    """Return the subnet that the account's next VM in a cluster joins, made when there is none."""
    found = next(live(call.world.state.subnets, call.account.id, cluster_id), None)
    if found:
        return found
    return make_subnet(call, home_vpc(call, cluster_id), DEFAULT, ipv4_cidr=DEFAULT_CIDR)


def make_vpc(
    call: Call, cluster_id: str, name: str, *, enable_external: bool | None = None
) -> VpcRecord:
    world, now = call.world, call.world.clock.now()
    vpc = VpcRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=cluster_id,
        name=name,
        number=world.next_number(),
        created_at=now,
        enable_external=enable_external,
    )
    world.state.vpcs[vpc.id] = vpc
    begin(world, vpc, "new", now)
    return vpc


def make_subnet(
    call: Call,
    vpc: VpcRecord,
    name: str,
    *,
    ipv4_cidr: str | None = None,
    ipv6_cidr: str | None = None,
) -> SubnetRecord:
    world, now = call.world, call.world.clock.now()
    subnet = SubnetRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=vpc.cluster_id,
        name=name,
        number=world.next_number(),
        created_at=now,
        vpc_id=vpc.id,
        ipv4_cidr=ipv4_cidr,
        ipv6_cidr=ipv6_cidr,
    )
    world.state.subnets[subnet.id] = subnet
    begin(world, subnet, "new", now)
    return subnet


def check_live(thing: Thing, noun: str) -> None:
    """Refuse what is asked of something that is on its way out, or gone."""
    if thing.status in ENDING:
        raise ApiError("unprocessable_entity", f"The {noun} {thing.name} is {thing.status}.")


def rename(call: Call, thing: T, noun: str) -> T:
    """Give a part of a network the name in the body, if there is one."""
    check_live(thing, noun)
    fields = Fields(call.body)
    if fields.has("name"):
        thing.name = fields.name()
        call.world.changed()
    return thing
