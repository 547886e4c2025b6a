"""Renting a VM: everything is checked first, then everything is made."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from controlpanel.simulator import room
from controlpanel.simulator.addresses import (
    NewAddress,
    free_public_ip,
    make_public_ip,
    read_new_address,
)
from controlpanel.simulator.catalogue import Cluster, Configuration, configurations_by_id
from controlpanel.simulator.disks import (
    BOOT,
    DATA,
    NewDisk,
    free_disk,
    make_disk,
    read_cluster,
    read_new_disk,
)
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.known_keys import keys_named, make_keys
from controlpanel.simulator.lifecycle import charge_hour, enter
from controlpanel.simulator.networks import home_subnet
from controlpanel.simulator.pricing import public_ip_price, vm_price
from controlpanel.simulator.records import (
    InterfaceRecord,
    PublicIpRecord,
    StorageRecord,
    VMRecord,
)
from controlpanel.simulator.router import ApiError, Call

CREATE = "POST /v2/vms"
LONGEST_USER_DATA = 16 * 1024

Disk = NewDisk | StorageRecord
Address = NewAddress | PublicIpRecord


@dataclass(frozen=True, slots=True)
class Plan:
    """A create that is in order. Disks and address are new, or exist and are free.

    `ssh_keys` holds ids, and the text of keys that are still to be registered.
    """

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
    def new_disks(self) -> tuple[NewDisk, ...]:
        return tuple(d for d in (self.boot_disk, *self.data_disks) if isinstance(d, NewDisk))


def create_vm(call: Call) -> VMRecord:
    """Make the VM that the body asks for, with its new disks and address, and charge an hour."""
    plan = _read(call)
    _check_room(call, plan)
    return _make(call, plan)


def _read(call: Call) -> Plan:
    fields = Fields(call.body)
    cluster = read_cluster(fields)
    configuration = configurations_by_id.get(fields.uuid("configurationId"))
    if configuration is None:
        raise ApiError("not_found", "configurationId: no such configuration.")
    price = vm_price(configuration, cluster)
    if price is None:
        raise ApiError("not_found", f"{configuration.slug} has no price in cluster {cluster.name}.")
    return Plan(
        name=fields.name(),
        cluster=cluster,
        configuration=configuration,
        price=price,
        boot_disk=_disk(call, cluster, fields.required("bootDisk"), "bootDisk", BOOT),
        data_disks=_data_disks(call, cluster, fields),
        address=_address(call, cluster, fields.optional("publicIp")),
        ssh_keys=_ssh_keys(call, fields),
        has_cloud_init=_has_user_data(fields.optional("cloudInit")),
    )


def _data_disks(call: Call, cluster: Cluster, fields: Fields) -> tuple[Disk, ...]:
    disks = tuple(
        _disk(call, cluster, disk, f"dataDisks[{n}]", DATA)
        for n, disk in enumerate(fields.array("dataDisks"))
    )
    existing = [disk.id for disk in disks if isinstance(disk, StorageRecord)]
    if len(set(existing)) < len(existing):
        raise fields.wrong("dataDisks", "names a storage twice")
    return disks


def _disk(call: Call, cluster: Cluster, value: object, where: str, role: str) -> Disk:
    if isinstance(value, str):
        return free_disk(call, cluster.id, value, where, role)
    fields = Fields(value, where)
    _check_same_cluster(fields, cluster)
    return read_new_disk(fields, role)


def _address(call: Call, cluster: Cluster, value: object) -> Address | None:
    if value is None:
        return None
    if isinstance(value, str):
        return free_public_ip(call, cluster.id, value, "publicIp")
    fields = Fields(value, "publicIp")
    _check_same_cluster(fields, cluster)
    return read_new_address(fields)


def _check_same_cluster(fields: Fields, cluster: Cluster) -> None:
    if fields.uuid("clusterId") != cluster.id:
        raise fields.wrong("clusterId", "must be the VM's cluster")


def _ssh_keys(call: Call, fields: Fields) -> tuple[str, ...]:
    keys = keys_named(call, fields, "sshKeys")
    if not keys:
        raise fields.wrong("sshKeys", "at least one SSH key is required")
    return keys


def _has_user_data(cloud_init: object) -> bool:
    if cloud_init is None:
        return False
    user_data = Fields(cloud_init, "cloudInit").optional("userData")
    if user_data is None:
        return False
    if not isinstance(user_data, str):
        raise ApiError("unprocessable_entity", "cloudInit.userData: must be a text.")
    if len(user_data.encode(errors="surrogatepass")) > LONGEST_USER_DATA:
        raise ApiError("bad_request", "cloudInit.userData: must not exceed 16 KiB.")
    return True


def _check_room(call: Call, plan: Plan) -> None:
    state, cluster = call.world.state, plan.cluster
    room.check_vcpu(state, cluster, plan.configuration)
    room.check_disk_space(state, cluster, [(d.volume_gb, d.replicated) for d in plan.new_disks])
    first_hour = plan.price + sum((disk.price for disk in plan.new_disks), Decimal(0))
    if isinstance(plan.address, NewAddress):
        room.check_public_ip(state, cluster)
        first_hour += public_ip_price(cluster)
    room.check_balance(call.account, first_hour)


def _make(call: Call, plan: Plan) -> VMRecord:
    world, now = call.world, call.world.clock.now()
    late = world.faults.take("late_visibility", CREATE)
    disks = [
        make_disk(call, disk) if isinstance(disk, NewDisk) else disk
        for disk in (plan.boot_disk, *plan.data_disks)
    ]
    vm = VMRecord(
        id=world.new_id(),
        user_id=call.account.id,
        cluster_id=plan.cluster.id,
        name=plan.name,
        number=world.next_number(),
        created_at=now,
        updated_at=now,
        configuration_id=plan.configuration.id,
        boot_disk=disks[0].id,
        data_disks=[disk.id for disk in disks[1:]],
        ssh_keys=make_keys(call, plan.ssh_keys),
        has_cloud_init=plan.has_cloud_init,
        will_fail=world.faults.take("failed_launch", CREATE) is not None,
        visible_from=now + timedelta(seconds=late.seconds) if late else None,
    )
    for disk in disks:
        disk.attached_to = [vm.id]
    _connect(call, plan, vm)
    world.state.vms[vm.id] = vm
    charge_hour(world, vm, now)
    enter(world, vm, "new", now)
    world.changed()
    return vm


def _connect(call: Call, plan: Plan, vm: VMRecord) -> None:
    """Give the VM its interfaces: on its public IP if it has one, and in the account's subnet."""
    address = plan.address
    if address:
        public_ip = make_public_ip(call, address) if isinstance(address, NewAddress) else address
        public_ip.attached_to, vm.public_ip = vm.id, public_ip.id
        vm.interfaces.append(InterfaceRecord(id=call.world.new_id(), public_ip=public_ip.id))
    subnet = home_subnet(call, vm.cluster_id)
    vm.interfaces.append(
        InterfaceRecord(id=call.world.new_id(), subnet=subnet.id, default=not vm.interfaces)
    )
