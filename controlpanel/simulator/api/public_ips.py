"""Public IPs. They come with VMs, and outlive them."""

from __future__ import annotations

from controlpanel.simulator import listing
from controlpanel.simulator.catalogue import DATACENTERS, Datacenter, clusters_by_id
from controlpanel.simulator.records import PublicIpRecord
from controlpanel.simulator.router import Call, route
from controlpanel.simulator.wire import Json, public_ip_dto

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
    own = [ip for ip in call.world.state.public_ips.values() if ip.user_id == call.account.id]
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
        listing.in_order(rows, query),
        query,
        len(own),
        lambda ip: public_ip_dto(call.world.state, ip),
    )


def _datacenter(public_ip: PublicIpRecord) -> Datacenter:
    return _DATACENTERS[clusters_by_id[public_ip.cluster_id].datacenter]
