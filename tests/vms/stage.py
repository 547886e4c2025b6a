"""The stage of tests of disks, addresses and networks: a team, an account, and what is made."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.fluence import (
    VPC as RemoteVPC,
)
from controlpanel.fluence import (
    Changes,
    FluenceClient,
    NewPublicIp,
    NewSecurityGroup,
    NewStorage,
    NewSubnet,
    NewVPC,
)
from controlpanel.simulator.testing import RunningSimulator
from controlpanel.teams.models import Team
from tests.simulator.renting_parts import CLUSTER, settle
from tests.vms.deploying import Clock, launched
from vms.mirror.reconcile import account_reconcile
from vms.models import (
    VM,
    VPC,
    Cluster,
    FluenceAccount,
    PublicIp,
    SecurityGroup,
    Storage,
    Subnet,
)


@dataclass
class Stage:
    """A team with an account at a simulator, and somebody who asks."""

    team: Team
    actor: Actor
    account: FluenceAccount
    sim: RunningSimulator
    fluence: FluenceClient[Changes]
    clock: Clock

    @property
    def who(self) -> dict[str, Any]:
        return {"team": self.team, "actor": self.actor, "form_key": UUID(int=7)}

    @property
    def place(self) -> Cluster:
        return Cluster.objects.get(pk=CLUSTER)

    def mirrored(self) -> None:
        """Let everything come to rest, and the panel see it."""
        settle(self.sim)
        account_reconcile(self.account.pk)

    def disk(self, name: str = "data") -> Storage:
        self.fluence.storages.create(NewStorage(name=name, cluster_id=CLUSTER, volume_gb=25))
        self.mirrored()
        return Storage.objects.get(name=name)

    def address(self, name: str = "addr") -> PublicIp:
        self.fluence.public_ips.create(NewPublicIp(name=name, cluster_id=CLUSTER))
        self.mirrored()
        return PublicIp.objects.get(name=name)

    def vm(self, **changes: Any) -> VM:
        vm = launched(self.team, self.actor, self.clock, "web-1", **changes)
        self.mirrored()
        vm.refresh_from_db()
        return vm

    def vpc(self) -> VPC:
        self.fluence.vpcs.create(NewVPC(name="net", cluster_id=CLUSTER))
        self.mirrored()
        return VPC.objects.get(name="net")

    def subnet(self) -> Subnet:
        vpc: RemoteVPC = self.fluence.vpcs.create(NewVPC(name="net", cluster_id=CLUSTER))
        new = NewSubnet(name="inner", cluster_id=CLUSTER, ipv4_cidr="10.1.0.0/24")
        self.fluence.subnets.create(vpc.id, new)
        self.mirrored()
        return Subnet.objects.get(name="inner")

    def group(self) -> SecurityGroup:
        self.fluence.security_groups.create(NewSecurityGroup(name="web", cluster_id=CLUSTER))
        self.mirrored()
        return SecurityGroup.objects.get(name="web")
