"""Every change of a disk, an address or a part of a network: how it is asked, and what it does."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.vms.stage import Stage
from vms.models import (
    VPC,
    Operation,
    PublicIp,
    Resource,
    SecurityGroup,
    Storage,
    Subnet,
)
from vms.network import services as network
from vms.network.rules import ALLOW_ALL
from vms.public_ip import services as public_ip
from vms.storage import services as storage
from vms.vm.services import vm_set_group

SSH = {
    "type": "allow",
    "rules": [
        {
            "type": "ipv4",
            "protocolKind": {"tcp": {"ports": {"exact": {"value": 22}}}},
            "remote": {"address": "10.0.0.0/8"},
        }
    ],
}


@dataclass(frozen=True)
class Change:
    """`prepare` makes what is needed; `ask` asks for the change of it. `endpoint` is the call that
    is made; `done` whether Fluence has done it, of what it has there.
    """

    endpoint: str
    prepare: Callable[[Stage], Any]
    ask: Callable[[Stage, Any], Operation]
    done: Callable[[Stage], bool]

    @property
    def is_create(self) -> bool:
        return self.endpoint.startswith("POST /v1")


def _named(things: dict[str, Any], name: str) -> Any:  # noqa: ANN401 - a record
    live = [each for each in things.values() if each.name == name]
    live = [each for each in live if each.status not in {"removing", "removed"}]
    return live[0] if len(live) == 1 else None


def _has(things: str, name: str, **values: Any) -> Callable[[Stage], bool]:
    """Whether there is one of that name, with these values."""

    def done(stage: Stage) -> bool:
        found = _named(getattr(stage.sim.world.state, things), name)
        return found is not None and all(getattr(found, k) == v for k, v in values.items())

    return done


def _lacks(things: str, name: str) -> Callable[[Stage], bool]:
    return lambda stage: _named(getattr(stage.sim.world.state, things), name) is None


def _is_attached(things: str, name: str, *, wanted: bool) -> Callable[[Stage], bool]:
    def done(stage: Stage) -> bool:
        return bool(_named(getattr(stage.sim.world.state, things), name).attached_to) == wanted

    return done


def _attached_disk(stage: Stage) -> Storage:
    vm, disk = stage.vm(), stage.disk()
    stage.fluence.vms.attach_storages(vm.remote_id or "", [disk.remote_id or ""])
    stage.mirrored()
    disk.refresh_from_db()
    return disk


def _attached_address(stage: Stage) -> PublicIp:
    stage.vm()
    return PublicIp.objects.get(name="web-1-ip")


def _has_group(stage: Stage) -> bool:
    state = stage.sim.world.state
    group = _named(state.security_groups, "web")
    interfaces = [each for vm in state.vms.values() for each in vm.interfaces]
    return group is not None and group.id in {each.security_group for each in interfaces}


CHANGES: dict[str, Change] = {
    "storage.create": Change(
        "POST /v1/storages",
        lambda _: None,
        lambda stage, _: storage.storage_create(
            name="new", cluster=stage.place, volume_gb=30, **stage.who
        ),
        _has("storages", "new", volume_gb=30),
    ),
    "storage.rename": Change(
        "PATCH /v1/storages/{storage_id}",
        Stage.disk,
        lambda stage, disk: storage.storage_rename(disk=disk, name="other", **stage.who),
        _has("storages", "other"),
    ),
    "storage.grow": Change(
        "PATCH /v1/storages/{storage_id}",
        Stage.disk,
        lambda stage, disk: storage.storage_grow(disk=disk, volume_gb=60, **stage.who),
        _has("storages", "data", volume_gb=60),
    ),
    "storage.attach": Change(
        "POST /v2/vms/{vm_id}/storages/add",
        lambda stage: (stage.vm(), stage.disk()),
        lambda stage, made: storage.storage_attach(disk=made[1], vm=made[0], **stage.who),
        _is_attached("storages", "data", wanted=True),
    ),
    "storage.detach": Change(
        "POST /v2/vms/{vm_id}/storages/remove",
        _attached_disk,
        lambda stage, disk: storage.storage_detach(disk=disk, **stage.who),
        _is_attached("storages", "data", wanted=False),
    ),
    "storage.delete": Change(
        "DELETE /v1/storages/{storage_id}",
        Stage.disk,
        lambda stage, disk: storage.storage_delete(disk=disk, **stage.who),
        _lacks("storages", "data"),
    ),
    "public_ip.create": Change(
        "POST /v1/public_ips",
        lambda _: None,
        lambda stage, _: public_ip.public_ip_reserve(name="new", cluster=stage.place, **stage.who),
        _has("public_ips", "new"),
    ),
    "public_ip.rename": Change(
        "PATCH /v1/public_ips/{public_ip_id}",
        Stage.address,
        lambda stage, ip: public_ip.public_ip_rename(address=ip, name="other", **stage.who),
        _has("public_ips", "other"),
    ),
    "public_ip.attach": Change(
        "POST /v2/vms/{vm_id}/public_ip/add",
        lambda stage: (stage.vm(public_ip=False), stage.address()),
        lambda stage, made: public_ip.public_ip_attach(address=made[1], vm=made[0], **stage.who),
        _is_attached("public_ips", "addr", wanted=True),
    ),
    "public_ip.detach": Change(
        "POST /v2/vms/{vm_id}/public_ip/remove",
        _attached_address,
        lambda stage, ip: public_ip.public_ip_detach(address=ip, **stage.who),
        _is_attached("public_ips", "web-1-ip", wanted=False),
    ),
    "public_ip.delete": Change(
        "DELETE /v1/public_ips/{public_ip_id}",
        Stage.address,
        lambda stage, ip: public_ip.public_ip_release(address=ip, **stage.who),
        _lacks("public_ips", "addr"),
    ),
    "vpc.create": Change(
        "POST /v1/vpcs",
        lambda _: None,
        lambda stage, _: network.vpc_create(name="new", cluster=stage.place, **stage.who),
        _has("vpcs", "new"),
    ),
    "vpc.rename": Change(
        "PATCH /v1/vpcs/{vpc_id}",
        Stage.vpc,
        lambda stage, vpc: network.network_rename(row=vpc, name="other", **stage.who),
        _has("vpcs", "other"),
    ),
    "vpc.delete": Change(
        "DELETE /v1/vpcs/{vpc_id}",
        Stage.vpc,
        lambda stage, vpc: network.network_delete(row=vpc, **stage.who),
        _lacks("vpcs", "net"),
    ),
    "subnet.create": Change(
        "POST /v1/vpcs/{vpc_id}/subnets",
        Stage.vpc,
        lambda stage, vpc: network.subnet_create(
            vpc=vpc, name="new", ipv4_cidr="10.9.0.0/24", **stage.who
        ),
        _has("subnets", "new", ipv4_cidr="10.9.0.0/24"),
    ),
    "subnet.rename": Change(
        "PATCH /v1/subnets/{subnet_id}",
        Stage.subnet,
        lambda stage, row: network.network_rename(row=row, name="other", **stage.who),
        _has("subnets", "other"),
    ),
    "subnet.delete": Change(
        "DELETE /v1/subnets/{subnet_id}",
        Stage.subnet,
        lambda stage, row: network.network_delete(row=row, **stage.who),
        _lacks("subnets", "inner"),
    ),
    "security_group.create": Change(
        "POST /v1/security_groups",
        lambda _: None,
        lambda stage, _: network.group_create(
            name="new", cluster=stage.place, ingress=SSH, egress=ALLOW_ALL, **stage.who
        ),
        _has("security_groups", "new", ingress_rules=SSH, egress_rules=ALLOW_ALL),
    ),
    "security_group.rename": Change(
        "PATCH /v1/security_groups/{security_group_id}",
        Stage.group,
        lambda stage, row: network.network_rename(row=row, name="other", **stage.who),
        _has("security_groups", "other"),
    ),
    "security_group.set_rules": Change(
        "PATCH /v1/security_groups/{security_group_id}",
        Stage.group,
        lambda stage, row: network.rules_set(group=row, ingress=SSH, egress=ALLOW_ALL, **stage.who),
        _has("security_groups", "web", ingress_rules=SSH),
    ),
    "vm.set_group": Change(
        "PATCH /v2/vms/{vm_id}/interfaces/{interface_id}",
        lambda stage: (stage.vm(), stage.group()),
        lambda stage, made: vm_set_group(
            vm=made[0],
            actor=stage.actor,
            interface=made[0].interfaces[0]["id"],
            group=made[1],
            form_key=stage.who["form_key"],
        ),
        _has_group,
    ),
    "security_group.delete": Change(
        "DELETE /v1/security_groups/{security_group_id}",
        Stage.group,
        lambda stage, row: network.network_delete(row=row, **stage.who),
        _lacks("security_groups", "web"),
    ),
}


def row_named(kind: str, name: str) -> Resource | None:
    """Return the panel's row of the kind's type, by name."""
    models = (Storage, PublicIp, VPC, Subnet, SecurityGroup)
    model = next(each for each in models if kind.partition(".")[0] == each.TARGET_TYPE)
    rows: Any = model._default_manager
    found: Resource | None = rows.filter(name=name, remote_id__isnull=False).first()
    return found
