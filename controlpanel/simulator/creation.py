"""Renting a VM: everything is checked first, then everything is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import Any

from controlpanel.simulator.capacity import free_public_ips, free_storage_gb, free_vcpu
from controlpanel.simulator.catalogue import (
    Cluster,
    Configuration,
    clusters_by_id,
    configurations_by_id,
    images_by_url,
    storage_types_by_name,
)
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import charge_hour, enter
from controlpanel.simulator.pricing import public_ip_price, storage_price, vm_price
from controlpanel.simulator.records import (
    InterfaceRecord,
    PublicIpRecord,
    StorageRecord,
    VMRecord,
)
from controlpanel.simulator.router import ApiError, Call, as_uuid

CREATE = "POST /v2/vms"
LONGEST_USER_DATA = 16 * 1024
CUSTOM_IMAGE_ENDINGS = (".img", ".qcow2", ".raw")


@dataclass(frozen=True, slots=True)
class Disk:
    """A disk asked for: an existing one (`storage_id`), or a new one."""

    role: str
    storage_id: str | None = None
    name: str = ""
    volume_gb: int = 0
    storage_type: str = ""
    replicated: bool = False
    os_image: str | None = None


@dataclass(frozen=True, slots=True)
class Address:
    """A public IP asked for: an existing one, or a new one."""

    public_ip_id: str | None = None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """A create that is in order."""

    name: str
    cluster: Cluster
    configuration: Configuration
    price: Decimal
    boot_disk: Disk
    data_disks: tuple[Disk, ...]
    address: Address | None
    ssh_keys: tuple[str, ...]
    has_cloud_init: bool

    @property
    def new_disks(self) -> tuple[Disk, ...]:
        return tuple(d for d in (self.boot_disk, *self.data_disks) if d.storage_id is None)


def create_vm(call: Call) -> VMRecord:
    """Make the VM that the body asks for, with its new disks and address, and charge an hour."""
    plan = _read(call)
    _check_capacity(call, plan)
    _check_balance(call, plan)
    return _make(call, plan)


def _read(call: Call) -> Plan:
    fields = Fields(call.body)
    cluster = clusters_by_id.get(fields.uuid("clusterId"))
    if cluster is None:
        raise ApiError("not_found", "clusterId: no such cluster.")
    configuration = configurations_by_id.get(fields.uuid("configurationId"))
    if configuration is None:
        raise ApiError("not_found", "configurationId: no such configuration.")
    price = vm_price(configuration, cluster)
    if price is None:
        raise ApiError("not_found", f"{configuration.slug} has no price in cluster {cluster.name}.")
    return Plan(
        name=fields.text("name"),
        cluster=cluster,
        configuration=configuration,
        price=price,
        boot_disk=_disk(call, cluster, fields.required("bootDisk"), "bootDisk", "BOOT"),
        data_disks=tuple(
            _disk(call, cluster, disk, f"dataDisks[{n}]", "DATA")
            for n, disk in enumerate(fields.array("dataDisks"))
        ),
        address=_address(call, cluster, fields.optional("publicIp")),
        ssh_keys=_ssh_keys(call, fields.array("sshKeys")),
        has_cloud_init=_has_user_data(fields.optional("cloudInit")),
    )


def _disk(call: Call, cluster: Cluster, value: object, where: str, role: str) -> Disk:
    if isinstance(value, str):
        return _existing_disk(call, cluster, as_uuid(value, where), where, role)
    fields = Fields(value, where)
    _check_same_cluster(fields, cluster)
    disk = Disk(
        role,
        name=fields.text("name"),
        volume_gb=fields.whole_number("volumeGb"),
        storage_type=fields.one_of("storageType", *storage_types_by_name),
        replicated=fields.boolean("replicated"),
        os_image=_os_image(fields) if role == "BOOT" else None,
    )
    image = images_by_url.get(disk.os_image or "")
    least = max(storage_types_by_name[disk.storage_type].min_gb, image.min_gb if image else 0)
    if disk.volume_gb < least:
        raise fields.wrong("volumeGb", f"must be at least {least}")
    if disk.replicated and not cluster.replicated_gb:
        raise fields.wrong("replicated", f"cluster {cluster.name} has no replicated storage")
    return disk


def _existing_disk(call: Call, cluster: Cluster, id_: str, where: str, role: str) -> Disk:
    storage = call.world.state.storages.get(id_)
    if storage is None or storage.user_id != call.account.id:
        raise ApiError("not_found", f"{where}: no such storage.")
    if storage.status != "ready" or storage.attached_to:
        raise ApiError("unprocessable_entity", f"{where}: the storage is not free.")
    if storage.cluster_id != cluster.id or storage.role != role:
        raise ApiError(
            "unprocessable_entity", f"{where}: must be a {role} storage of the VM's cluster."
        )
    return Disk(role, storage_id=id_)


def _os_image(fields: Fields) -> str:
    url = fields.text("osImage")
    custom = url.startswith("https://") and url.endswith(CUSTOM_IMAGE_ENDINGS)
    if url not in images_by_url and not custom:
        raise fields.wrong("osImage", "must be the download URL of an image")
    return url


def _address(call: Call, cluster: Cluster, value: object) -> Address | None:
    if value is None:
        return None
    if not isinstance(value, str):
        fields = Fields(value, "publicIp")
        _check_same_cluster(fields, cluster)
        fields.one_of("addressType", "V4")
        return Address(name=fields.text("name"))
    public_ip = call.world.state.public_ips.get(as_uuid(value, "publicIp"))
    if public_ip is None or public_ip.user_id != call.account.id:
        raise ApiError("not_found", "publicIp: no such public IP.")
    if public_ip.status != "ready" or public_ip.attached_to:
        raise ApiError("unprocessable_entity", "publicIp: the public IP is not free.")
    if public_ip.cluster_id != cluster.id:
        raise ApiError("unprocessable_entity", "publicIp: must be in the VM's cluster.")
    return Address(public_ip_id=public_ip.id)


def _check_same_cluster(fields: Fields, cluster: Cluster) -> None:
    if fields.uuid("clusterId") != cluster.id:
        raise fields.wrong("clusterId", "must be the VM's cluster")


def _ssh_keys(call: Call, values: list[Any]) -> tuple[str, ...]:
    if not values:
        raise ApiError("unprocessable_entity", "sshKeys: at least one SSH key is required.")
    ids = tuple(dict.fromkeys(as_uuid(value, f"sshKeys[{n}]") for n, value in enumerate(values)))
    for id_ in ids:
        key = call.world.state.ssh_keys.get(id_)
        if key is None or key.user_id != call.account.id:
            raise ApiError("not_found", f"sshKeys: no such SSH key: {id_}.")
    return ids


def _has_user_data(cloud_init: object) -> bool:
    if cloud_init is None:
        return False
    user_data = Fields(cloud_init, "cloudInit").optional("userData")
    if user_data is None:
        return False
    if not isinstance(user_data, str):
        raise ApiError("unprocessable_entity", "cloudInit.userData: must be a text.")
    if len(user_data.encode()) > LONGEST_USER_DATA:
        raise ApiError("bad_request", "cloudInit.userData: must not exceed 16 KiB.")
    return True


def _check_capacity(call: Call, plan: Plan) -> None:
    state, cluster = call.world.state, plan.cluster
    vcpu, needed = free_vcpu(state, cluster), plan.configuration.vcpu
    if needed > vcpu:
        raise _full(cluster, f"{plan.configuration.slug} needs {needed} vCPU, {vcpu} are free")
    for replicated in (False, True):
        asked = sum(d.volume_gb for d in plan.new_disks if d.replicated is replicated)
        room = free_storage_gb(state, cluster, replicated=replicated)
        if asked > room:
            raise _full(cluster, f"{asked} GB of disk are needed, {room} GB are free")
    if plan.address and not plan.address.public_ip_id and not free_public_ips(state, cluster):
        raise _full(cluster, "no public IP is free")


def _full(cluster: Cluster, what: str) -> ApiError:
    return ApiError("unprocessable_entity", f"Not enough room in cluster {cluster.name}: {what}.")


def _check_balance(call: Call, plan: Plan) -> None:
    total = plan.price
    for disk in plan.new_disks:
        per_gb = storage_price(plan.cluster, replicated=disk.replicated) or Decimal(0)
        total += per_gb * disk.volume_gb
    if plan.address and not plan.address.public_ip_id:
        total += public_ip_price(plan.cluster)
    if call.account.balance < total:
        balance = max(call.account.balance, Decimal(0))
        raise ApiError(
            "insufficient_balance",
            f"The first hour costs {total:.4f} USD, and the balance is {balance:.4f} USD.",
        )


def _make(call: Call, plan: Plan) -> VMRecord:
    world, now = call.world, call.world.clock.now()
    late = world.faults.take("late_visibility", CREATE)
    vm = VMRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=plan.cluster.id,
        name=plan.name,
        number=world.next_number(),
        created_at=now,
        updated_at=now,
        configuration_id=plan.configuration.id,
        boot_disk=_make_disk(call, plan, plan.boot_disk),
        data_disks=[_make_disk(call, plan, disk) for disk in plan.data_disks],
        ssh_keys=list(plan.ssh_keys),
        has_cloud_init=plan.has_cloud_init,
        will_fail=world.faults.take("failed_launch", CREATE) is not None,
        visible_from=now + timedelta(seconds=late.seconds) if late else None,
    )
    if plan.address:
        vm.public_ip = _make_address(call, plan, plan.address)
        vm.interfaces = [InterfaceRecord(id=world.new_id(), public_ip=vm.public_ip)]
        world.state.public_ips[vm.public_ip].attached_to = vm.id
    for storage_id in (vm.boot_disk, *vm.data_disks):
        world.state.storages[storage_id].attached_to = [vm.id]
    world.state.vms[vm.id] = vm
    charge_hour(world, vm, now)
    enter(world, vm, "new", now)
    world.changed()
    return vm


def _make_disk(call: Call, plan: Plan, disk: Disk) -> str:
    if disk.storage_id:
        return disk.storage_id
    world, now = call.world, call.world.clock.now()
    storage = StorageRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=plan.cluster.id,
        name=disk.name,
        number=world.next_number(),
        created_at=now,
        volume_gb=disk.volume_gb,
        storage_type=disk.storage_type,
        replicated=disk.replicated,
        role=disk.role,
        os_image=disk.os_image,
    )
    world.state.storages[storage.id] = storage
    charge_hour(world, storage, now)
    return storage.id


def _make_address(call: Call, plan: Plan, address: Address) -> str:
    if address.public_ip_id:
        return address.public_ip_id
    world, now = call.world, call.world.clock.now()
    public_ip = PublicIpRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=plan.cluster.id,
        name=address.name,
        number=world.next_number(),
        created_at=now,
    )
    world.state.public_ips[public_ip.id] = public_ip
    charge_hour(world, public_ip, now)
    return public_ip.id
