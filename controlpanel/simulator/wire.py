"""How records are written in answers, field by field as in the OpenAPI schemas."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from controlpanel.simulator.catalogue import configurations_by_id, images_by_url
from controlpanel.simulator.pricing import HOURS_A_MONTH, as_text, hourly
from controlpanel.simulator.records import (
    InterfaceRecord,
    PublicIpRecord,
    Rented,
    SSHKeyRecord,
    State,
    StorageRecord,
    SubnetRecord,
    Thing,
    VMRecord,
)

Json = dict[str, Any]

EXPANDABLE = ("bootDisk", "dataDisks", "publicIp", "subnets", "sshKeys", "networkInterfaces")


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def allowed_actions(vm: VMRecord) -> list[str]:
    """Return what may be done to a VM in its present status."""
    if vm.status in ("new", "launching", "updating", "restarting", "softRebooting"):
        return ["terminate"]
    if vm.status != "launched":
        return []
    return [
        "removePublicIp" if vm.public_ip else "addPublicIp",
        "addStorages",
        *(["removeStorages"] if vm.data_disks else []),
        *(["updateNetworkInterface"] if vm.interfaces else []),
        "restart",
        "softReboot",
        "terminate",
    ]


def vm_dto(state: State, vm: VMRecord, *, plan: bool = False, expand: Collection[str] = ()) -> Json:
    """Write a VM. `plan` adds its configuration's details, which lists and creates give."""
    configuration = configurations_by_id[vm.configuration_id]
    dto: Json = {
        **_rented(vm),
        "configurationId": vm.configuration_id,
        "updatedAt": moment(vm.updated_at),
        "terminatedAt": moment(vm.terminated_at),
        "restartRequired": vm.restart_required,
        "allowedActions": allowed_actions(vm),
        "bootDisk": vm.boot_disk,
        "dataDisks": vm.data_disks,
        "publicIp": vm.public_ip,
        "sshKeys": vm.ssh_keys,
        "subnets": [interface.subnet for interface in vm.interfaces if interface.subnet],
        "networkInterfaces": [interface.id for interface in vm.interfaces],
        "cloudInit": {} if vm.has_cloud_init else None,
    }
    if plan:
        dto["configurationName"] = f"{configuration.vcpu} vCPU / {configuration.ram_gb} GB"
        dto["configurationSlug"] = configuration.slug
        dto["vcpu"], dto["ramGb"] = configuration.vcpu, configuration.ram_gb
    if expand:
        dto["expanded"] = _expanded(state, vm, expand)
    return dto


def storage_actions(storage: StorageRecord) -> list[str]:
    return _actions(storage, free=not storage.attached_to)


def public_ip_actions(public_ip: PublicIpRecord) -> list[str]:
    return _actions(public_ip, free=public_ip.attached_to is None)


def storage_dto(storage: StorageRecord) -> Json:
    image = images_by_url.get(storage.os_image or "")
    return {
        **_rented(storage),
        "allowedActions": storage_actions(storage),
        "attachedTo": storage.attached_to,
        "image": image
        and {
            "id": image.id,
            "slug": image.slug,
            "distribution": image.distribution,
            "name": image.name,
        },
        "initUrl": storage.os_image,
        "removedAt": moment(storage.removed_at),
        "replicated": storage.replicated,
        "role": storage.role,
        "storageType": storage.storage_type,
        "volumeGb": storage.volume_gb,
    }


def public_ip_dto(state: State, public_ip: PublicIpRecord) -> Json:
    vm = state.vms.get(public_ip.attached_to or "")
    return {
        **_rented(public_ip),
        "address": public_ip.address,
        "addressType": public_ip.address_type,
        "allowedActions": public_ip_actions(public_ip),
        "attachedTo": vm and {"id": vm.id, "name": vm.name},
        "removedAt": moment(public_ip.removed_at),
    }


def ssh_key_dto(key: SSHKeyRecord) -> Json:
    return {
        "id": key.id,
        "userId": key.user_id,
        "name": key.name,
        "publicKey": key.public_key,
        "algorithm": key.algorithm,
        "fingerprint": key.fingerprint,
    }


def subnet_dto(subnet: SubnetRecord) -> Json:
    dto = thing_dto(subnet)
    del dto["createdAt"]  # the one thing that does not say when it was made
    return {
        **dto,
        "removedAt": moment(subnet.removed_at),
        "vpcId": subnet.vpc_id,
        "ipv4Cidr": subnet.ipv4_cidr,
        "ipv6Cidr": subnet.ipv6_cidr,
    }


def interface_dto(interface: InterfaceRecord) -> Json:
    kind = (
        {"public": {"public_ip": interface.public_ip}}
        if interface.public_ip
        else {"private": {"subnet": interface.subnet}}
    )
    return {
        "id": interface.id,
        "default": interface.default,
        "kind": kind,
        "securityGroup": interface.security_group,
    }


def thing_dto(thing: Thing) -> Json:
    """Write what is common to everything in a cluster."""
    return {
        "id": thing.id,
        "userId": thing.user_id,
        "clusterId": thing.cluster_id,
        "name": thing.name,
        "status": thing.status,
        "createdAt": moment(thing.created_at),
        "readySince": moment(thing.ready_since),
    }


def _actions(rented: Rented, *, free: bool) -> list[str]:
    if rented.status != "ready":
        return []
    return ["update", "delete", "attachToVm"] if free else ["update"]


def _rented(rented: Rented) -> Json:
    price = hourly(rented)
    return {
        **thing_dto(rented),
        "lastPaidAt": moment(rented.last_paid_at),
        "paidUntil": moment(rented.paid_until),
        "priceHourlyUsd": as_text(price),
        "priceMonthlyUsd": as_text(price * HOURS_A_MONTH),
    }


def _expanded(state: State, vm: VMRecord, expand: Collection[str]) -> Json:
    public_ip = state.public_ips.get(vm.public_ip or "")
    everything: Json = {
        "bootDisk": storage_dto(state.storages[vm.boot_disk]),
        "dataDisks": [storage_dto(state.storages[id_]) for id_ in vm.data_disks],
        "publicIp": public_ip and public_ip_dto(state, public_ip),
        "subnets": [
            subnet_dto(state.subnets[interface.subnet])
            for interface in vm.interfaces
            if interface.subnet
        ],
        "sshKeys": [
            ssh_key_dto(state.ssh_keys[id_]) for id_ in vm.ssh_keys if id_ in state.ssh_keys
        ],
        "networkInterfaces": [interface_dto(interface) for interface in vm.interfaces],
    }
    return {name: value for name, value in everything.items() if name in expand}
