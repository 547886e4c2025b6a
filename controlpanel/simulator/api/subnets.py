"""Subnets. As for SSH keys, the document lists only a JWT; API keys open them all the same."""

from __future__ import annotations

from ipaddress import IPv4Network, IPv6Network

from controlpanel.simulator import listing
from controlpanel.simulator.disks import read_cluster
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.networks import (
    DEFAULT_CIDR,
    check_live,
    interfaces,
    make_subnet,
    rename,
    subnets_of,
)
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.records import SubnetRecord, VpcRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, subnet_dto

STATUSES = ("new", "created", "ready", "failed", "removing", "removed")


@route("GET", "/v1/subnets", scope="subnet:read")
def list_subnets(call: Call) -> Json:
    own = all_owned(call, call.world.state.subnets)
    vpc_id = listing.single_uuid(call.query, "vpcId")
    rows = [
        subnet
        for subnet in listing.filtered(own, call.query, STATUSES)
        if vpc_id in (None, subnet.vpc_id)
    ]
    return listing.page_of(rows, call.query, len(own), subnet_dto)


@route("POST", "/v1/vpcs/{vpc_id}/subnets", scope="subnet:write")
def create(call: Call) -> Json:
    vpc = owned_by_path(call, call.world.state.vpcs, "vpc_id", "VPC")
    check_live(vpc, "VPC")
    fields = Fields(call.body)
    if read_cluster(fields).id != vpc.cluster_id:
        raise fields.wrong("clusterId", "must be the VPC's cluster")
    name = fields.name()
    ipv4, ipv6 = _ipv4(fields), _ipv6(fields)
    if ipv4 is None and ipv6 is None:
        ipv4 = IPv4Network(DEFAULT_CIDR)
    _check_apart(call, vpc, ipv4)
    subnet = make_subnet(
        call,
        vpc,
        name,
        ipv4_cidr=None if ipv4 is None else str(ipv4),
        ipv6_cidr=None if ipv6 is None else str(ipv6),
    )
    call.world.changed()
    return subnet_dto(subnet)


@route("PATCH", "/v1/subnets/{subnet_id}", scope="subnet:write")
def update(call: Call) -> Json:
    return subnet_dto(rename(call, _own(call), "subnet"))


@route("DELETE", "/v1/subnets/{subnet_id}", scope="subnet:write")
def delete(call: Call) -> Json:
    return _delete(call, [_own(call)])[0]


@route("POST", "/v1/subnets/delete", scope="subnet:write")
def delete_many(call: Call) -> list[Json]:
    return _delete(call, owned_by_body(call, call.world.state.subnets, "subnet"))


def _own(call: Call) -> SubnetRecord:
    return owned_by_path(call, call.world.state.subnets, "subnet_id", "subnet")


def _ipv4(fields: Fields) -> IPv4Network | None:
    if not fields.has("ipv4Cidr"):
        return None
    try:
        return IPv4Network(fields.text("ipv4Cidr"))
    except ValueError:
        raise fields.wrong("ipv4Cidr", "must be a network such as 10.0.0.0/24") from None


def _ipv6(fields: Fields) -> IPv6Network | None:
    if not fields.has("ipv6Cidr"):
        return None
    try:
        return IPv6Network(fields.text("ipv6Cidr"))
    except ValueError:
        raise fields.wrong("ipv6Cidr", "must be a network such as 2001:db8::/64") from None


def _check_apart(call: Call, vpc: VpcRecord, network: IPv4Network | None) -> None:
    for other in subnets_of(call.world, vpc):
        if network and other.ipv4_cidr and network.overlaps(IPv4Network(other.ipv4_cidr)):
            raise ApiError(
                "unprocessable_entity",
                f"ipv4Cidr: {network} overlaps {other.ipv4_cidr} of subnet {other.name}.",
            )


def _delete(call: Call, subnets: list[SubnetRecord]) -> list[Json]:
    """Delete all of them or, if one may not be deleted, none."""
    for subnet in subnets:
        check_live(subnet, "subnet")
        vm = next((vm for vm, each in interfaces(call.world) if each.subnet == subnet.id), None)
        if vm:
            raise ApiError(
                "unprocessable_entity", f"Subnet {subnet.name} is in use by VM {vm.name}."
            )
    for subnet in subnets:
        begin(call.world, subnet, "removing", call.world.clock.now())
    call.world.changed()
    return [subnet_dto(subnet) for subnet in subnets]
