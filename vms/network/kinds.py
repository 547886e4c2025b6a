"""Change private networks and security groups: POST /v1/vpcs and its like."""

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controlpanel.audit.actions import Action
from controlpanel.fluence import VPC as RemoteVPC
from controlpanel.fluence import (
    Changes,
    FluenceClient,
    NewSecurityGroup,
    NewSubnet,
    NewVPC,
    read_rules,
)
from controlpanel.fluence import SecurityGroup as RemoteSecurityGroup
from controlpanel.fluence import Subnet as RemoteSubnet
from controlpanel.teams.permissions import Permission
from vms.mirror.resource_fields import SECURITY_GROUPS, SUBNETS, VPCS
from vms.models import VPC, Operation, SecurityGroup, Subnet
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.wishes import Intent, Wish
from vms.resource.kinds.base import ResourceKind, remote_id_of
from vms.resource.kinds.create import CreateResource
from vms.resource.kinds.delete import DeleteResource, unless_gone
from vms.resource.kinds.rename import RenameResource

from .rules import is_same, rules_in_words


class NetworkKind(ResourceKind):
    permission = Permission.NETWORK_CHANGE

    def title(self, count: int) -> str:
        words = ngettext("%(verb)s %(count)s network", "%(verb)s %(count)s networks", count)
        return words % {"verb": self.verb, "count": count}


class VPCKind(NetworkKind):
    mirrored = VPCS
    target_type = VPC.TARGET_TYPE


class CreateVPC(VPCKind, CreateResource):
    action = Action.VPC_CREATE

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVPC:
        asked = operation.request
        new = NewVPC(
            name=operation.target_name,
            cluster_id=asked["cluster_id"],
            enable_external=asked["enable_external"],
        )
        return client.vpcs.create(new)


class RenameVPC(VPCKind, RenameResource):
    action = Action.VPC_RENAME

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVPC:
        return client.vpcs.rename(remote_id_of(self, operation), operation.request["name"])


class DeleteVPC(VPCKind, DeleteResource):
    action = Action.VPC_DELETE

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVPC | None:
        return unless_gone(lambda: client.vpcs.delete(remote_id_of(self, operation)))


class SubnetKind(NetworkKind):
    mirrored = SUBNETS
    target_type = Subnet.TARGET_TYPE


class CreateSubnet(SubnetKind, CreateResource):
    """Fluence chooses the ranges that are not asked for."""

    action = Action.SUBNET_CREATE
    told_by = ("cluster_id", "vpc_remote_id")

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSubnet:
        asked = operation.request
        new = NewSubnet(
            name=operation.target_name,
            cluster_id=asked["cluster_id"],
            ipv4_cidr=asked["ipv4_cidr"] or None,
            ipv6_cidr=asked["ipv6_cidr"] or None,
        )
        return client.subnets.create(asked["vpc_remote_id"], new)


class RenameSubnet(SubnetKind, RenameResource):
    action = Action.SUBNET_RENAME

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSubnet:
        return client.subnets.rename(remote_id_of(self, operation), operation.request["name"])


class DeleteSubnet(SubnetKind, DeleteResource):
    action = Action.SUBNET_DELETE

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSubnet | None:
        return unless_gone(lambda: client.subnets.delete(remote_id_of(self, operation)))


class GroupKind(NetworkKind):
    mirrored = SECURITY_GROUPS
    target_type = SecurityGroup.TARGET_TYPE


class CreateGroup(GroupKind, CreateResource):
    """`request` has the rules of both directions as Fluence writes them."""

    action = Action.SECURITY_GROUP_CREATE

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSecurityGroup:
        asked = operation.request
        new = NewSecurityGroup(
            name=operation.target_name,
            cluster_id=asked["cluster_id"],
            ingress_rules=_only(asked["ingress"]),
            egress_rules=_only(asked["egress"]),
        )
        return client.security_groups.create(new)


class RenameGroup(GroupKind, RenameResource):
    action = Action.SECURITY_GROUP_RENAME

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSecurityGroup:
        name = operation.request["name"]
        return client.security_groups.update(remote_id_of(self, operation), name=name)


class SetRules(GroupKind):
    """`request` has the new rules of both directions. Sending them twice does no harm."""

    action = Action.SECURITY_GROUP_SET_RULES
    is_repeatable = True
    verb = _("Change")
    over = _("Changed")

    def intent(self, wish: Wish, question: Question) -> Intent:
        group: SecurityGroup = wish.target
        new = {name: wish.request[name] for name in ("ingress", "egress")}
        operation = self.prepare(group, question, request={"remote_id": group.remote_id, **new})
        before = {"ingress": group.ingress, "egress": group.egress}
        changes = {
            name: [rules_in_words(before[name]), rules_in_words(new[name])]
            for name in new
            if new[name] != before[name]
        }
        return Intent(operation, changes)

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSecurityGroup:
        asked = operation.request
        return client.security_groups.update(
            remote_id_of(self, operation),
            ingress_rules=read_rules(asked["ingress"]),
            egress_rules=read_rules(asked["egress"]),
        )

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        group: Any = self.mirrored.one(client, remote_id_of(self, operation))
        asked = operation.request
        is_so = is_same(group.ingress_rules.to_wire(), asked["ingress"])
        is_so = is_so and is_same(group.egress_rules.to_wire(), asked["egress"])
        return Found(group) if is_so else Absent()


class DeleteGroup(GroupKind, DeleteResource):
    action = Action.SECURITY_GROUP_DELETE

    def send(
        self, client: FluenceClient[Changes], operation: Operation
    ) -> RemoteSecurityGroup | None:
        return unless_gone(lambda: client.security_groups.delete(remote_id_of(self, operation)))


def _only(wire: dict[str, Any]) -> Any:  # noqa: ANN401 - a tuple of rules, or None for all
    return getattr(read_rules(wire), "rules", None)


CREATE_VPC, RENAME_VPC, DELETE_VPC = CreateVPC(), RenameVPC(), DeleteVPC()
CREATE_SUBNET, RENAME_SUBNET, DELETE_SUBNET = CreateSubnet(), RenameSubnet(), DeleteSubnet()
CREATE_GROUP, RENAME_GROUP, DELETE_GROUP = CreateGroup(), RenameGroup(), DeleteGroup()
SET_RULES = SetRules()
NETWORK_KINDS: Sequence[ResourceKind] = (
    *(CREATE_VPC, RENAME_VPC, DELETE_VPC),
    *(CREATE_SUBNET, RENAME_SUBNET, DELETE_SUBNET),
    *(CREATE_GROUP, RENAME_GROUP, SET_RULES, DELETE_GROUP),
)
