"""Public IPs. They outlive the VMs they were attached to."""

from __future__ import annotations

from controlpanel.simulator import listing, room
from controlpanel.simulator.addresses import make_public_ip, read_new_address
from controlpanel.simulator.catalogue import DATACENTERS, Datacenter, clusters_by_id
from controlpanel.simulator.fields import Fields
from controlpanel.simulator.lifecycle import begin
from controlpanel.simulator.owned import all_owned, owned_by_body, owned_by_path
from controlpanel.simulator.pricing import public_ip_price
from controlpanel.simulator.records import PublicIpRecord
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json, public_ip_actions, public_ip_dto

STATUSES = ("new", "created", "ready", "failed", "removing", "removed")

_DATACENTERS = {datacenter.slug: datacenter for datacenter in DATACENTERS}


@route("GET", "/v1/public_ips", scope="public_ip:read")
def list_public_ips(call: Call) -> Json:
    query = call.query
    only_free = listing.flag(query, "excludeAttached")
    types = listing.choices(query, "addressType", ("V4", "V6"))
    cluster_id = listing.single_uuid(query, "clusterId")
    datacenter_id = listing.single_uuid(query, "datacenterId")
    city_code = listing.single(query, "cityCode")
    own = all_owned(call, call.world.state.public_ips)
    rows = [
        ip
        for ip in listing.filtered(own, query, STATUSES)
        if not (only_free and ip.attached_to)
        and (not types or ip.address_type in types)
        and cluster_id in (None, ip.cluster_id)
        and datacenter_id in (None, _datacenter(ip).id)
        and city_code in (None, _datacenter(ip).city_code)
    ]
    return listing.page_of(
        listing.in_order(rows, query), query, len(own), lambda ip: _written(call, ip)
    )


@route("POST", "/v1/public_ips", scope="public_ip:write")
def create(call: Call) -> Json:
    address = read_new_address(Fields(call.body))
    room.check_public_ip(call.world.state, address.cluster)
    room.check_balance(call.account, public_ip_price(address.cluster))
    public_ip = make_public_ip(call, address)
    begin(call.world, public_ip, "new", public_ip.created_at)
    call.world.changed()
    return _written(call, public_ip)


@route("PATCH", "/v1/public_ips/{public_ip_id}", scope="public_ip:write")
def update(call: Call) -> Json:
    public_ip = _own(call)
    _check_allowed("update", public_ip)
    fields = Fields(call.body)
    if fields.has("name"):
        public_ip.name = fields.name()
        call.world.changed()
    return _written(call, public_ip)


@route("DELETE", "/v1/public_ips/{public_ip_id}", scope="public_ip:write")
def delete(call: Call) -> Json:
    return _delete(call, [_own(call)])[0]


@route("POST", "/v1/public_ips/delete", scope="public_ip:write")
def delete_many(call: Call) -> list[Json]:
    return _delete(call, owned_by_body(call, call.world.state.public_ips, "public IP"))


def _own(call: Call) -> PublicIpRecord:
    return owned_by_path(call, call.world.state.public_ips, "public_ip_id", "public IP")


def _written(call: Call, public_ip: PublicIpRecord) -> Json:
    return public_ip_dto(call.world.state, public_ip)


def _check_allowed(action: str, public_ip: PublicIpRecord) -> None:
    if action not in public_ip_actions(public_ip):
        state = "attached to a VM" if public_ip.attached_to else public_ip.status
        raise ApiError(
            "not_acceptable",
            f"{action} is not allowed while public IP {public_ip.name} is {state}.",
        )


def _delete(call: Call, public_ips: list[PublicIpRecord]) -> list[Json]:
    """Delete all of them or, if one may not be deleted, none."""
    for public_ip in public_ips:
        _check_allowed("delete", public_ip)
    for public_ip in public_ips:
        begin(call.world, public_ip, "removing", call.world.clock.now())
    call.world.changed()
    return [_written(call, public_ip) for public_ip in public_ips]


def _datacenter(public_ip: PublicIpRecord) -> Datacenter:
    return _DATACENTERS[clusters_by_id[public_ip.cluster_id].datacenter]
