"""What is attached to a VM: data disks, a public IP, security groups on its interfaces.

The VM sees each change after its next restart. After an address or a group has been attached it
is `updating` for a moment.
"""

from __future__ import annotations

from controlpanel.simulator.addresses import free_public_ip
from controlpanel.simulator.disks import DATA, free_disk
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.networks import ENDING
from controlpanel.simulator.owned import owned
from controlpanel.simulator.records import InterfaceRecord, VMRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.vm_access import own_vm, vm_allowing, vm_changed
from controlpanel.simulator.wire import Json, interface_dto


@route("POST", "/v2/vms/{vm_id}/storages/add", scope="vms:write")
def add_storages(call: Call) -> Json:
    vm = vm_allowing(call, "addStorages")
    storages = [
        free_disk(call, vm.cluster_id, id_, f"dataDisks[{number}]", DATA)
        for number, id_ in enumerate(_disk_ids(call))
    ]
    for storage in storages:
        storage.attached_to = [vm.id]
        vm.data_disks.append(storage.id)
    return vm_changed(call, vm)


@route("POST", "/v2/vms/{vm_id}/storages/remove", scope="vms:write")
def remove_storages(call: Call) -> Json:
    vm = vm_allowing(call, "removeStorages")
    ids = _disk_ids(call)
    for number, id_ in enumerate(ids):
        if id_ not in vm.data_disks:
            raise ApiError(
                "unprocessable_entity", f"dataDisks[{number}]: is not a data disk of this VM."
            )
    for id_ in ids:
        vm.data_disks.remove(id_)
        call.world.state.storages[id_].attached_to = []
    return vm_changed(call, vm)


@route("POST", "/v2/vms/{vm_id}/public_ip/add", scope="vms:write")
def add_public_ip(call: Call) -> Json:
    vm = vm_allowing(call, "addPublicIp")
    value = Fields(call.body).uuid("publicIpId")
    public_ip = free_public_ip(call, vm.cluster_id, value, "publicIpId")
    public_ip.attached_to, vm.public_ip = vm.id, public_ip.id
    interface = InterfaceRecord(id=call.world.new_id(), public_ip=public_ip.id)
    _make_default(vm, [interface, *vm.interfaces])
    return vm_changed(call, vm, settles=True)


@route("POST", "/v2/vms/{vm_id}/public_ip/remove", scope="vms:write")
def remove_public_ip(call: Call) -> Json:
    vm = vm_allowing(call, "removePublicIp")
    call.world.state.public_ips[vm.public_ip or ""].attached_to = None
    vm.public_ip = None
    _make_default(vm, [interface for interface in vm.interfaces if interface.subnet])
    return vm_changed(call, vm)


@route("GET", "/v2/vms/{vm_id}/interfaces", scope="vms:read")
def list_interfaces(call: Call) -> list[Json]:
    return [interface_dto(interface) for interface in own_vm(call).interfaces]


@route("PATCH", "/v2/vms/{vm_id}/interfaces/{interface_id}", scope="vms:write")
def update_interface(call: Call) -> Json:
    """Put a security group on an interface; null takes it off."""
    vm = vm_allowing(call, "updateNetworkInterface")
    interface_id = call.uuid_param("interface_id")
    interface = next((each for each in vm.interfaces if each.id == interface_id), None)
    if interface is None:
        raise ApiError("not_found", f"No such interface of this VM: {interface_id}.")
    fields = Fields(call.body)
    is_given = fields.has("securityGroupId")
    if "securityGroupId" in fields:
        interface.security_group = _usable_group(call, vm, fields) if is_given else None
    return vm_changed(call, vm, settles=is_given)


def _disk_ids(call: Call) -> list[str]:
    fields = Fields(call.body)
    ids = list(dict.fromkeys(fields.uuids("dataDisks")))
    if not ids:
        raise fields.wrong("dataDisks", "at least one storage is required")
    return ids


def _make_default(vm: VMRecord, interfaces: list[InterfaceRecord]) -> None:
    """Give the VM these interfaces; the first of them is the default one."""
    vm.interfaces = interfaces
    for number, interface in enumerate(interfaces):
        interface.default = number == 0


def _usable_group(call: Call, vm: VMRecord, fields: Fields) -> str:
    id_ = fields.uuid("securityGroupId")
    groups = call.world.state.security_groups
    group = owned(call, groups, id_, "security group", "securityGroupId")
    if group.status in ENDING:
        raise fields.wrong("securityGroupId", f"the security group is {group.status}")
    if group.cluster_id != vm.cluster_id:
        raise fields.wrong("securityGroupId", "must be in the VM's cluster")
    return group.id
