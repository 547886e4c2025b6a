"""VPCs: the outermost part of a network. One that still has parts cannot be deleted."""

from __future__ import annotations

from controlpanel.simulator import listing
from controlpanel.simulator.disks import read_cluster
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.networks import check_live, groups_of, make_vpc, rename, subnets_of
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.records import VpcRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json
from controlpanel.simulator.wire_networks import vpc_dto

STATUSES = ("new", "created", "ready", "failed", "removing", "removed")


@route("GET", "/v1/vpcs", scope="vpc:read")
def list_vpcs(call: Call) -> Json:
    own = all_owned(call, call.world.state.vpcs)
    cluster_id = listing.single_uuid(call.query, "clusterId")
    rows = [
        vpc
        for vpc in listing.filtered(own, call.query, STATUSES)
        if cluster_id in (None, vpc.cluster_id)
    ]
    return listing.page_of(rows, call.query, len(own), lambda vpc: vpc_dto(call.world, vpc))


@route("POST", "/v1/vpcs", scope="vpc:write")
def create(call: Call) -> Json:
    fields = Fields(call.body)
    external = fields.boolean("enableExternal") if fields.has("enableExternal") else None
    vpc = make_vpc(call, read_cluster(fields).id, fields.name(), enable_external=external)
    call.world.changed()
    return vpc_dto(call.world, vpc)


@route("PATCH", "/v1/vpcs/{vpc_id}", scope="vpc:write")
def update(call: Call) -> Json:
    vpc = rename(call, _own(call), "VPC")
    return vpc_dto(call.world, vpc)


@route("DELETE", "/v1/vpcs/{vpc_id}", scope="vpc:write")
def delete(call: Call) -> Json:
    return _delete(call, [_own(call)])[0]


@route("POST", "/v1/vpcs/delete", scope="vpc:write")
def delete_many(call: Call) -> list[Json]:
    return _delete(call, owned_by_body(call, call.world.state.vpcs, "VPC"))


def _own(call: Call) -> VpcRecord:
    return owned_by_path(call, call.world.state.vpcs, "vpc_id", "VPC")


def _delete(call: Call, vpcs: list[VpcRecord]) -> list[Json]:
    """Delete all of them or, if one may not be deleted, none."""
    for vpc in vpcs:
        check_live(vpc, "VPC")
        for parts, what in (
            (subnets_of(call.world, vpc), "subnets"),
            (groups_of(call.world, vpc), "security groups"),
        ):
            if parts:
                raise ApiError(
                    "unprocessable_entity", f"VPC {vpc.name} still has {len(parts)} {what}."
                )
    for vpc in vpcs:
        begin(call.world, vpc, "removing", call.world.clock.now())
    call.world.changed()
    return [vpc_dto(call.world, vpc) for vpc in vpcs]
