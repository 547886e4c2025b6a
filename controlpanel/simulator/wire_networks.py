"""How VPCs and security groups are written in answers; subnets are in `wire`, beside VMs."""

from __future__ import annotations

from controlpanel.simulator.networks import interfaces, subnets_of
from controlpanel.simulator.records import SecurityGroupRecord, VpcRecord
from controlpanel.simulator.wire import Json, moment, thing_dto
from controlpanel.simulator.world import World


def vpc_dto(world: World, vpc: VpcRecord) -> Json:
    return {
        **thing_dto(vpc),
        "removedAt": moment(vpc.removed_at),
        "enableExternal": vpc.enable_external,
        "subnetsCount": len(subnets_of(world, vpc)),
    }


def security_group_dto(world: World, group: SecurityGroupRecord) -> Json:
    return {
        **thing_dto(group),
        "removedAt": moment(group.removed_at),
        "vpcId": group.vpc_id,
        "attachedTo": [each.id for _, each in interfaces(world) if each.security_group == group.id],
        "ingressRules": group.ingress_rules,
        "egressRules": group.egress_rules,
    }
