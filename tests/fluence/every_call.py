"""One call of each method of the client, with arguments that the API's document accepts."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

from controlpanel.fluence import (
    AddressRemote,
    AllowAll,
    AllowOnly,
    Changes,
    FluenceClient,
    NewPublicIp,
    NewSecurityGroup,
    NewStorage,
    NewSubnet,
    NewTopUp,
    NewVPC,
    OnePort,
    PortRange,
    ProfileUpdate,
    SecurityGroupRule,
    StorageCost,
    Tcp,
    Udp,
    VMCost,
    VMCreate,
)
from tests.fluence.renting import ED25519

ID = "0b9b5a2e-6f3c-4f53-9d6c-2f1f3a6a7c11"
OTHER = "1c8c6b3f-7a4d-4a64-8e7d-3a2a4b7b8d22"
USER_DATA = "#cloud-config\npassword: hunter2\n"
SINCE, UNTIL = datetime(2026, 11, 1, tzinfo=UTC), datetime(2026, 12, 1, tzinfo=UTC)
FIRST_DAY, LAST_DAY = date(2026, 11, 1), date(2026, 11, 30)

DISK = NewStorage(name="data", cluster_id=ID, volume_gb=20)
ADDRESS = NewPublicIp(name="web", cluster_id=ID)
MACHINE = VMCreate(
    cluster_id=ID,
    configuration_id=ID,
    name="web-1",
    boot_disk=NewStorage(name="boot", cluster_id=ID, volume_gb=25, os_image="https://a.example/i"),
    data_disks=(DISK, OTHER),
    public_ip=ADDRESS,
    ssh_keys=(ID,),
    user_data=USER_DATA,
)
ANYWHERE = AddressRemote(address="0.0.0.0/0")
HTTPS = SecurityGroupRule(
    ip_version="ipv4", protocol=Tcp(ports=OnePort(value=443)), remote=ANYWHERE
)
GAMES = SecurityGroupRule(
    ip_version="ipv4", protocol=Udp(ports=PortRange(min=27000, max=27050)), remote=ANYWHERE
)
GROUP = NewSecurityGroup(name="web", cluster_id=ID, ingress_rules=(HTTPS, GAMES))

Calls = dict[str, Callable[[FluenceClient[Changes]], Any]]

VMS: Calls = {
    "vms.list": lambda c: c.vms.list(
        ids=[ID, OTHER],
        name="web%",
        status=["launched", "new"],
        exclude_status=["terminated"],
        cluster_id=ID,
        public_ip_id=ID,
        sort="name",
        order="desc",
        expand=["bootDisk", "networkInterfaces"],
        page=2,
        per_page=10,
    ),
    "vms.get": lambda c: c.vms.get(ID, expand=["subnets"]),
    "vms.create": lambda c: c.vms.create(MACHINE),
    "vms.rename": lambda c: c.vms.rename(ID, "web-2"),
    "vms.terminate": lambda c: c.vms.terminate(ID),
    "vms.restart": lambda c: c.vms.restart(ID),
    "vms.soft_reboot": lambda c: c.vms.soft_reboot(ID),
    "vms.attach_storages": lambda c: c.vms.attach_storages(ID, [OTHER]),
    "vms.detach_storages": lambda c: c.vms.detach_storages(ID, [OTHER]),
    "vms.attach_public_ip": lambda c: c.vms.attach_public_ip(ID, OTHER),
    "vms.detach_public_ip": lambda c: c.vms.detach_public_ip(ID),
    "vms.interfaces": lambda c: c.vms.interfaces(ID),
    "vms.set_security_group": lambda c: c.vms.set_security_group(ID, OTHER, ID),
    "vms.console_token": lambda c: c.vms.console_token(ID),
}

RESOURCES: Calls = {
    "storages.list": lambda c: c.storages.list(
        ids=[ID], storage_type="NVMe", status=["ready"], exclude_attached=True, page=1
    ),
    "storages.get": lambda c: c.storages.get(ID),
    "storages.create": lambda c: c.storages.create(DISK),
    "storages.update": lambda c: c.storages.update(ID, name="logs", volume_gb=40),
    "storages.delete": lambda c: c.storages.delete(ID),
    "storages.delete_many": lambda c: c.storages.delete_many([ID, OTHER]),
    "public_ips.list": lambda c: c.public_ips.list(
        datacenter_id=ID, city_code="HEL", address_type="V4", exclude_attached=False, per_page=5
    ),
    "public_ips.create": lambda c: c.public_ips.create(ADDRESS),
    "public_ips.rename": lambda c: c.public_ips.rename(ID, "mail"),
    "public_ips.delete": lambda c: c.public_ips.delete(ID),
    "public_ips.delete_many": lambda c: c.public_ips.delete_many([ID, OTHER]),
    "vpcs.list": lambda c: c.vpcs.list(ids=[ID], status="ready", cluster_id=ID),
    "vpcs.create": lambda c: c.vpcs.create(NewVPC(name="lab", cluster_id=ID, enable_external=True)),
    "vpcs.rename": lambda c: c.vpcs.rename(ID, "lab-2"),
    "vpcs.delete": lambda c: c.vpcs.delete(ID),
    "vpcs.delete_many": lambda c: c.vpcs.delete_many([ID]),
    "subnets.list": lambda c: c.subnets.list(vpc_id=ID, status="ready"),
    "subnets.create": lambda c: c.subnets.create(
        ID, NewSubnet(name="a", cluster_id=ID, ipv4_cidr="10.0.0.0/24")
    ),
    "subnets.rename": lambda c: c.subnets.rename(ID, "b"),
    "subnets.delete": lambda c: c.subnets.delete(ID),
    "subnets.delete_many": lambda c: c.subnets.delete_many([ID]),
    "security_groups.list": lambda c: c.security_groups.list(vpc_id=ID, status="ready"),
    "security_groups.create": lambda c: c.security_groups.create(GROUP),
    "security_groups.update": lambda c: c.security_groups.update(
        ID, name="all", ingress_rules=AllowOnly(rules=(HTTPS,)), egress_rules=AllowAll()
    ),
    "security_groups.delete": lambda c: c.security_groups.delete(ID),
    "security_groups.delete_many": lambda c: c.security_groups.delete_many([ID]),
    "ssh_keys.list": lambda c: c.ssh_keys.list(ids=[ID], page=1, per_page=10),
    "ssh_keys.create": lambda c: c.ssh_keys.create("laptop", ED25519),
    "ssh_keys.delete": lambda c: c.ssh_keys.delete(ID),
    "ssh_keys.delete_many": lambda c: c.ssh_keys.delete_many([ID]),
}

CATALOGUE: Calls = {
    "catalogue.datacenters": lambda c: c.catalogue.datacenters(),
    "catalogue.clusters": lambda c: c.catalogue.clusters(),
    "catalogue.configurations": lambda c: c.catalogue.configurations(),
    "catalogue.images": lambda c: c.catalogue.images(),
    "catalogue.storage_types": lambda c: c.catalogue.storage_types(),
    "catalogue.resources": lambda c: c.catalogue.resources([ID, OTHER]),
    "catalogue.cluster_resources": lambda c: c.catalogue.cluster_resources(ID),
    "prices.vms": lambda c: c.prices.vms(ID),
    "prices.storages": lambda c: c.prices.storages(ID),
    "prices.public_ips": lambda c: c.prices.public_ips(),
    "prices.cost": lambda c: c.prices.cost(
        [
            VMCost(cluster_id=ID, configuration_id=ID),
            StorageCost(cluster_id=ID, storage_type="NVME", replicated=True, volume_gb=20),
        ]
    ),
}

MONEY: Calls = {
    "billing.charges": lambda c: c.billing.charges(
        FIRST_DAY, LAST_DAY, resource_type="VM", group_by="CLUSTER", period="DAY"
    ),
    "billing.total_charges": lambda c: c.billing.total_charges(FIRST_DAY, LAST_DAY, resource_id=ID),
    "billing.payment_methods": lambda c: c.billing.payment_methods(),
    "billing.top_ups": lambda c: c.billing.top_ups(start=SINCE, end=UNTIL, sort="amount", page=1),
    "billing.pending_top_up": lambda c: c.billing.pending_top_up(),
    "billing.create_top_up": lambda c: c.billing.create_top_up(
        NewTopUp(amount_cents=5000, method_code="usdc")
    ),
    "billing.cancel_top_up": lambda c: c.billing.cancel_top_up(ID),
    "billing.top_up_history": lambda c: c.billing.top_up_history(
        start=SINCE, end=UNTIL, status="completed", min_amount=1, max_amount=9, order="asc"
    ),
    "billing.create_legacy_top_up": lambda c: c.billing.create_legacy_top_up(5000, "usdc"),
    "billing.pending_legacy_top_up": lambda c: c.billing.pending_legacy_top_up(),
    "account.me": lambda c: c.account.me(),
    "account.profile": lambda c: c.account.profile(),
    "account.update_profile": lambda c: c.account.update_profile(ProfileUpdate(company="Acme")),
    "account.balances": lambda c: c.account.balances("compute"),
    "account.refresh_balance": lambda c: c.account.refresh_balance(),
    "account.service_status": lambda c: c.account.service_status(),
}

CALLS: Calls = {**VMS, **RESOURCES, **CATALOGUE, **MONEY}
"""By the method's name: "vms.create"."""
