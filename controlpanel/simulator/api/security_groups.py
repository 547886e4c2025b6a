"""Security groups: the allowed traffic of network interfaces."""

from __future__ import annotations

from typing import Any

from controlpanel.simulator import listing
from controlpanel.simulator.disks import read_cluster
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.networks import check_live, home_vpc, interfaces, rename
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.records import SecurityGroupRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.traffic import ALLOW_ALL, read_rule_list, read_rules
from controlpanel.simulator.wire import Json
from controlpanel.simulator.wire_networks import security_group_dto

STATUSES = ("new", "created", "ready", "updating", "failed", "removing", "removed")

READ, WRITE = "security_group:read", "security_group:write"


@route("GET", "/v1/security_groups", scope=READ)
def list_security_groups(call: Call) -> Json:
    own = all_owned(call, call.world.state.security_groups)
    cluster_id = listing.single_uuid(call.query, "clusterId")
    vpc_id = listing.single_uuid(call.query, "vpcId")
    rows = [
        group
        for group in listing.filtered(own, call.query, STATUSES)
        if cluster_id in (None, group.cluster_id) and vpc_id in (None, group.vpc_id)
    ]
    return listing.page_of(rows, call.query, len(own), lambda group: _written(call, group))


@route("POST", "/v1/security_groups", scope=WRITE)
def create(call: Call) -> Json:
    """Make a group in the account's VPC of the cluster; absent rules allow all traffic."""
    fields = Fields(call.body)
    cluster = read_cluster(fields)
    name = fields.name()
    ingress, egress = (read_rule_list(call, fields, f) for f in ("ingressRules", "egressRules"))
    world, now = call.world, call.world.clock.now()
    group = SecurityGroupRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=cluster.id,
        name=name,
        number=world.next_number(),
        created_at=now,
        vpc_id=home_vpc(call, cluster.id).id,
        ingress_rules=ingress,
        egress_rules=egress,
    )
    world.state.security_groups[group.id] = group
    begin(world, group, "new", now)
    world.changed()
    return _written(call, group)


@route("PATCH", "/v1/security_groups/{security_group_id}", scope=WRITE)
def update(call: Call) -> Json:
    """Change a group: rules that are absent stay as they are, null allows all traffic."""
    group, fields = _own(call), Fields(call.body)
    changes = {
        field: read_rules(call, fields, field) if fields.has(field) else ALLOW_ALL
        for field in ("ingressRules", "egressRules")
        if field in fields
    }
    rename(call, group, "security group")
    if changes:
        group.ingress_rules = changes.get("ingressRules", group.ingress_rules)
        group.egress_rules = changes.get("egressRules", group.egress_rules)
        begin(call.world, group, "updating", call.world.clock.now())
        call.world.changed()
    return _written(call, group)


@route("DELETE", "/v1/security_groups/{security_group_id}", scope=WRITE)
def delete(call: Call) -> Json:
    return _delete(call, [_own(call)])[0]


@route("POST", "/v1/security_groups/delete", scope=WRITE)
def delete_many(call: Call) -> list[Json]:
    groups = owned_by_body(call, call.world.state.security_groups, "security group")
    return _delete(call, groups)


def _own(call: Call) -> SecurityGroupRecord:
    groups = call.world.state.security_groups
    return owned_by_path(call, groups, "security_group_id", "security group")


def _written(call: Call, group: SecurityGroupRecord) -> dict[str, Any]:
    return security_group_dto(call.world, group)


def _delete(call: Call, groups: list[SecurityGroupRecord]) -> list[Json]:
    """Delete all of them or, if one may not be deleted, none."""
    for group in groups:
        check_live(group, "security group")
        for vm, interface in interfaces(call.world):
            if interface.security_group == group.id:
                raise ApiError(
                    "unprocessable_entity",
                    f"Security group {group.name} is in use by VM {vm.name}.",
                )
    for group in groups:
        begin(call.world, group, "removing", call.world.clock.now())
    call.world.changed()
    return [_written(call, group) for group in groups]
