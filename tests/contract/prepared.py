"""A world worth exploring: schemathesis cannot guess ids, so it is told those of this one."""

import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any
from uuid import UUID

from controlpanel.simulator.catalogue import CLUSTERS, CONFIGURATIONS, IMAGES
from controlpanel.simulator.testing import RunningSimulator
from tests.contract.tour import CLUSTER, Tour, new_disk, new_vm
from tests.fluence.renting import ED25519, public_key

MANY = 12
GOOD = 0.9
"""How often a known value stands where otherwise anything goes."""


def counted_ids() -> Iterator[str]:
    """Yield the same ids in each run; the spread of their first digits is the spread of waits."""
    for number in range(1, 10**9):
        yield str(UUID(int=number * 0x9E3779B97F4A7C15F39CC0605CEDC835 % 2**128, version=4))


def prepare(sim: RunningSimulator) -> str:
    """Fill the world, and return its ids as configuration for schemathesis (TOML).

    One top-up is left open.
    """
    ids = counted_ids()
    sim.world.new_id = lambda: next(ids)  # type: ignore[method-assign]
    for account in sim.world.state.accounts.values():
        account.balance = Decimal(1_000_000)
    call = Tour(sim)
    keys = [
        call("POST /v1/ssh_keys", {"name": f"k-{number}", "publicKey": public_key(number)})["id"]
        for number in range(MANY)
    ]
    vpcs = _made(call, "POST /v1/vpcs", {"clusterId": CLUSTER, "name": "v"})
    subnets = [
        call("POST /v1/vpcs/{vpc_id}/subnets", {"clusterId": CLUSTER, "name": "s"}, vpc_id=vpc)[
            "id"
        ]
        for vpc in vpcs
    ]
    address = {"clusterId": CLUSTER, "name": "a", "addressType": "V4"}
    lists = {
        "keys": keys,
        "vpcs": vpcs,
        "subnets": subnets,
        "groups": _made(call, "POST /v1/security_groups", {"clusterId": CLUSTER, "name": "g"}),
        "storages": _made(call, "POST /v1/storages", new_disk("d")),
        "disks": _made(call, "POST /v1/storages", new_disk("e")),
        "addresses": _made(call, "POST /v1/public_ips", address),
        "vms": _made(call, "POST /v2/vms", {**new_vm(keys[0]), "dataDisks": []}),
    }
    call.wait()
    # One VM that only two operations know: they need an interface and disks that are its own.
    kept = call("POST /v2/vms", {**new_vm(keys[0]), "dataDisks": [new_disk("d")] * MANY})
    call.wait()
    lists["kept_vm"], lists["kept_disks"] = [kept["id"]], kept["dataDisks"]
    lists["kept_interface"] = kept["networkInterfaces"]
    lists["top_ups"] = [call("POST /v2/top-ups", {"amountCents": 5000}, status=201)["intentId"]]
    return _as_toml({**lists, **CATALOGUE})


CATALOGUE: dict[str, list[Any]] = {
    "clusters": [CLUSTERS[0].id],
    "configurations": [CONFIGURATIONS[0].id],
    "images": [IMAGES[0].download_url],
    "volumes": [25, 30],
    "public_keys": [ED25519],
    "networks_v6": ["2001:db8::/64"],
    "networks": [f"10.{number}.0.0/24" for number in range(1, 100)],
    "names": ["web-1", "web-2"],
    "types": ["NVME"],
    "cents": [2000, 5000],
    "methods": ["usdc"],
    "providers": ["copperx"],
    "base_units": [2_000_000_000],
}

EVERYWHERE = {
    "path.cluster_id": "clusters",
    "path.vm_id": "vms",
    "path.intent_id": "top_ups",
    "path.storage_id": "storages",
    "path.public_ip_id": "addresses",
    "path.vpc_id": "vpcs",
    "path.subnet_id": "subnets",
    "path.security_group_id": "groups",
    "path.ssh_key_id": "keys",
    "body.name": "names",
    "body.clusterId": "clusters",
    "body.configurationId": "configurations",
    "body.bootDisk.name": "names",
    "body.bootDisk.storageType": "types",
    "body.bootDisk.clusterId": "clusters",
    "body.bootDisk.volumeGb": "volumes",
    "body.bootDisk.osImage": "images",
    "body.publicIp.name": "names",
    "body.publicIp.clusterId": "clusters",
    "body.sshKeys[*]": "keys",
    "body.dataDisks[*]": "disks",
    "body.publicIpId": "addresses",
    "body.securityGroupId": "groups",
    "body.volumeGb": "volumes",
    "body.osImage": "images",
    "body.publicKey": "public_keys",
    "body.ipv4Cidr": "networks",
    "body.ipv6Cidr": "networks_v6",
    "body.amountCents": "cents",
    "body.methodCode": "methods",
    "body.provider": "providers",
    "body.amount": "base_units",
}

INTERFACE = "/v2/vms/{vm_id}/interfaces/{interface_id}"
IN_PLACES = {
    "/v1/ssh_keys/delete": {"body.ids[*]": "keys"},
    "/v1/storages/delete": {"body.ids[*]": "storages"},
    "/v1/public_ips/delete": {"body.ids[*]": "addresses"},
    "/v1/vpcs/delete": {"body.ids[*]": "vpcs"},
    "/v1/subnets/delete": {"body.ids[*]": "subnets"},
    "/v1/security_groups/delete": {"body.ids[*]": "groups"},
    "/v2/vms/{vm_id}/storages/remove": {"path.vm_id": "kept_vm", "body.dataDisks[*]": "kept_disks"},
    INTERFACE: {"path.vm_id": "kept_vm", "path.interface_id": "kept_interface"},
}


def _made(call: Tour, operation: str, body: dict[str, Any]) -> list[str]:
    return [
        call(operation, {**body, "name": f"{body['name']}-{number}"})["id"]
        for number in range(MANY)
    ]


def _as_toml(lists: dict[str, list[Any]]) -> str:
    lines = []
    for name, values in lists.items():
        lines += [f"[dictionaries.{name}]", f"values = {json.dumps(values)}"]
    lines.append("[parameters]")
    lines += [f'"{place}" = {_binding(name)}' for place, name in EVERYWHERE.items()]
    for path, bindings in IN_PLACES.items():
        lines += ["[[operations]]", f'include-path = "{path}"', "[operations.parameters]"]
        lines += [f'"{place}" = {_binding(name)}' for place, name in bindings.items()]
    return "\n".join(lines) + "\n"


def _binding(name: str) -> str:
    return f'{{ dictionary = "{name}", probability = {GOOD} }}'
