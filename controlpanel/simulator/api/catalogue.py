"""What can be rented, and where."""

from __future__ import annotations

from controlpanel.simulator import catalogue, listing
from controlpanel.simulator.capacity import free_public_ips, free_storage_gb, free_vcpu
from controlpanel.simulator.records import State
from controlpanel.simulator.router import ApiError, Call, route
from controlpanel.simulator.wire import Json

LONG_AGO = "2026-01-15T09:00:00Z"

PRESETS = {1: "cpu_optimized", 2: "general", 4: "memory_optimized"}
"""By GB of RAM for each vCPU."""


@route("GET", "/v1/datacenters", scope="clusters:read")
def datacenters(_call: Call) -> Json:
    return {
        "items": [
            {
                "id": datacenter.id,
                "slug": datacenter.slug,
                "countryCode": datacenter.country_code,
                "cityCode": datacenter.city_code,
                "cityName": datacenter.city_name,
                "index": 1,
                "tier": datacenter.tier,
                "certifications": datacenter.certifications,
            }
            for datacenter in catalogue.DATACENTERS
        ]
    }


@route("GET", "/v1/clusters", scope="clusters:read")
def clusters(_call: Call) -> Json:
    return {
        "items": [
            {
                "id": cluster.id,
                "dcId": catalogue.fixed_id("datacenter", cluster.datacenter),
                "name": cluster.name,
            }
            for cluster in catalogue.CLUSTERS
        ]
    }


@route("GET", "/v1/clusters/resources", scope="clusters:read")
def bulk_resources(call: Call) -> Json:
    wanted = listing.uuids(call.query, "clusterIds") or list(catalogue.clusters_by_id)
    known = [catalogue.clusters_by_id[id_] for id_ in wanted if id_ in catalogue.clusters_by_id]
    return {"resources": {c.id: _resources(call.world.state, c) for c in known}}


@route("GET", "/v1/clusters/{cluster_id}/resources", scope="clusters:read")
def cluster_resources(call: Call) -> Json:
    cluster = catalogue.clusters_by_id.get(call.uuid_param("cluster_id"))
    if cluster is None:
        raise ApiError("not_found", "No such cluster.")
    return _resources(call.world.state, cluster)


@route("GET", "/v1/configurations/virtual_machines", scope="vm:list")
def configurations(_call: Call) -> Json:
    return {"items": [_configuration(each) for each in catalogue.CONFIGURATIONS]}


@route("GET", "/v1/storages/types", scope="storage:read")
def storage_types(_call: Call) -> Json:
    return {
        "items": [
            {
                "storageType": each.name,
                "bootDisk": each.boot_disk,
                "minVolumeGb": each.min_gb,
                "maxIopsRead": each.max_iops,
                "maxIopsWrite": each.max_iops,
                "maxBandwidthReadMib": each.max_mib,
                "maxBandwidthWriteMib": each.max_mib,
            }
            for each in catalogue.STORAGE_TYPES
        ]
    }


@route("GET", "/v1/default_images", guide=True)
@route("GET", "/v1/storages/default_images")
def default_images(_call: Call) -> Json:
    return {
        "items": [
            {
                "id": image.id,
                "slug": image.slug,
                "name": image.name,
                "distribution": image.distribution,
                "username": image.username,
                "downloadUrl": image.download_url,
                "iconUrl": f"{catalogue.IMAGES_URL}icons/{image.slug}.svg",
                "createdAt": LONG_AGO,
                "updatedAt": LONG_AGO,
            }
            for image in catalogue.IMAGES
        ]
    }


def _configuration(configuration: catalogue.Configuration) -> Json:
    family, vcpu, ram = configuration.family, configuration.vcpu, configuration.ram_gb
    return {
        "id": configuration.id,
        "slug": configuration.slug,
        "name": f"{vcpu} vCPU / {ram} GB",
        "description": f"{family.capitalize()} CPU, {vcpu} vCPU and {ram} GB of RAM",
        "vcpu": vcpu,
        "ramGb": ram,
        "dedicated": family != "shared",
        "cpuFamilies": configuration.cpu_families,
        "preset": PRESETS.get(ram // vcpu, "general"),
        "tags": [family],
    }


def _resources(state: State, cluster: catalogue.Cluster) -> Json:
    vcpu = free_vcpu(state, cluster)
    disks = [
        {
            "storageType": "NVME",
            "replicated": replicated,
            "volumeGb": free_storage_gb(state, cluster, replicated=replicated),
        }
        for replicated in ((False, True) if cluster.replicated_gb else (False,))
    ]
    return {
        "availableConfigurations": [
            _configuration(each)
            for each in catalogue.CONFIGURATIONS
            if catalogue.is_offered(each, cluster) and each.vcpu <= vcpu
        ],
        "availablePublicIps": {"V4": free_public_ips(state, cluster)},
        "availableStorage": dict.fromkeys(cluster.cpu_families, disks),
    }
