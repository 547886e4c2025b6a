"""Virtual machines."""

from __future__ import annotations

from controlpanel.simulator import lifecycle, listing
from controlpanel.simulator.creation import create_vm
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.owned import owned
from controlpanel.simulator.records import VMRecord
from controlpanel.simulator.router import Call, route
from controlpanel.simulator.vm_access import own_vm, vm_allowing
from controlpanel.simulator.wire import EXPANDABLE, Json, vm_dto

STATUSES = (
    "new",
    "launching",
    "launched",
    "failed",
    "updating",
    "terminating",
    "terminated",
    "suspending",
    "suspended",
    "restarting",
    "softRebooting",
    "unknown",
)


@route("GET", "/v2/vms", scope="vms:read")
@route("GET", "/v1/vms", scope="vms:read", guide=True)
def list_vms(call: Call) -> Json:
    query, now = call.query, call.world.clock.now()
    cluster_id = listing.single_uuid(query, "clusterId")
    public_ip_id = listing.single_uuid(query, "publicIpId")
    expand = listing.choices(query, "expand", EXPANDABLE)
    own = [
        vm
        for vm in call.world.vms_of(call.account.id)
        if vm.visible_from is None or vm.visible_from <= now
    ]
    rows = [
        vm
        for vm in listing.filtered(own, query, STATUSES)
        if cluster_id in (None, vm.cluster_id) and public_ip_id in (None, vm.public_ip)
    ]
    return listing.page_of(
        listing.in_order(rows, query),
        query,
        len(own),
        lambda vm: vm_dto(call.world.state, vm, plan=True, expand=expand),
    )


@route("POST", "/v2/vms", scope="vms:write")
@route("POST", "/2/vms", scope="vms:write", guide=True)
def create(call: Call) -> Json:
    return vm_dto(call.world.state, create_vm(call), plan=True)


@route("GET", "/v2/vms/{vm_id}", scope="vms:read")
def get(call: Call) -> Json:
    expand = listing.choices(call.query, "expand", EXPANDABLE)
    return vm_dto(call.world.state, own_vm(call), expand=expand)


@route("PATCH", "/v2/vms/{vm_id}", scope="vms:write")
def update(call: Call) -> Json:
    return _rename(call, own_vm(call))


@route("PATCH", "/v2/vms", scope="vms:write", guide=True)
@route("PATCH", "/v1/vms", scope="vms:write", guide=True)
def update_in_the_guides_form(call: Call) -> Json:
    return _rename(call, owned(call, call.world.state.vms, Fields(call.body).uuid("id"), "VM"))


@route("POST", "/v2/vms/{vm_id}/terminate", scope="vms:write")
def terminate(call: Call) -> Json:
    return _act(call, "terminate", "terminating")


@route("POST", "/v2/vms/{vm_id}/restart", scope="vms:write")
def restart(call: Call) -> Json:
    return _act(call, "restart", "restarting")


@route("POST", "/v2/vms/{vm_id}/softreboot", scope="vms:write")
def soft_reboot(call: Call) -> Json:
    return _act(call, "softReboot", "softRebooting")


def _rename(call: Call, vm: VMRecord) -> Json:
    fields = Fields(call.body)
    if fields.has("name"):
        vm.name = fields.name()
        vm.updated_at = call.world.clock.now()
        call.world.changed()
    return vm_dto(call.world.state, vm)


def _act(call: Call, action: str, status: str) -> Json:
    vm = vm_allowing(call, action)
    lifecycle.enter(call.world, vm, status, call.world.clock.now())
    call.world.changed()
    return vm_dto(call.world.state, vm)
