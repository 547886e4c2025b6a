"""How records are written in answers, field by field as in the OpenAPI schemas."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, datetime
from typing import Any

from controlpanel.simulator.catalogue import configurations_by_id, images_by_url
from controlpanel.simulator.pricing import HOURS_A_MONTH, as_text, hourly
from controlpanel.simulator.records import (
    PublicIpRecord,
    Rented,
    SSHKeyRecord,
    State,
    StorageRecord,
    VMRecord,
)

Json = dict[str, Any]

EXPANDABLE = ("bootDisk", "dataDisks", "publicIp", "subnets", "sshKeys", "networkInterfaces")

LAUNCHED_ACTIONS = (
    "addStorages",
    "removeStorages",
    "updateNetworkInterface",
    "restart",
    "softReboot",
    "terminate",
)


def moment(at: datetime | None) -> str | None:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z") if at else None


def allowed_actions(vm: VMRecord) -> list[str]:
    """Return what may be done to a VM in its present status."""
    if vm.status == "launched":
        return ["removePublicIp" if vm.public_ip else "addPublicIp", *LAUNCHED_ACTIONS]
    if vm.status in ("new", "launching", "restarting", "softRebooting"):
        return ["terminate"]
    return []


def vm_dto(state: State, vm: VMRecord, *, plan: bool = False, expand: Collection[str] = ()) -> Json:
    """Write a VM. `plan` adds its configuration's details, which lists and creates give."""
    configuration = configurations_by_id[vm.configuration_id]
    dto: Json = {
        **_rented(vm),
        "configurationId": vm.configuration_id,
        "updatedAt": moment(vm.updated_at),
        "terminatedAt": moment(vm.terminated_at),
        "restartRequired": False,
        "allowedActions": allowed_actions(vm),
        "bootDisk": vm.boot_disk,
        "dataDisks": vm.data_disks,
        "publicIp": vm.public_ip,
        "sshKeys": vm.ssh_keys,
        "subnets": [],
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


def storage_dto(storage: StorageRecord) -> Json:
    image = images_by_url.get(storage.os_image or "")
    free = storage.status == "ready" and not storage.attached_to
    return {
        **_rented(storage),
        "allowedActions": _actions(storage, free=free),
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
    free = public_ip.status == "ready" and vm is None
    return {
        **_rented(public_ip),
        "address": public_ip.address,
        "addressType": public_ip.address_type,
        "allowedActions": _actions(public_ip, free=free),
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


def _actions(rented: Rented, *, free: bool) -> list[str]:
    if free:
        return ["update", "delete", "attachToVm"]
    return ["update"] if rented.status == "ready" else []


def _rented(rented: Rented) -> Json:
    price = hourly(rented)
    return {
        "id": rented.id,
        "userId": rented.user_id,
        "clusterId": rented.cluster_id,
        "name": rented.name,
        "status": rented.status,
        "createdAt": moment(rented.created_at),
        "readySince": moment(rented.ready_since),
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
        "subnets": [],
        "sshKeys": [
            ssh_key_dto(state.ssh_keys[id_]) for id_ in vm.ssh_keys if id_ in state.ssh_keys
        ],
        "networkInterfaces": [
            {
                "id": interface.id,
                "default": interface.default,
                "kind": {"public": {"public_ip": interface.public_ip}},
                "securityGroup": None,
            }
            for interface in vm.interfaces
        ],
    }
    return {name: value for name, value in everything.items() if name in expand}
