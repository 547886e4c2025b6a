"""One call of every operation, in an order that makes sense."""

from typing import Any

import requests

from controlpanel.simulator.accounts import FULL_KEY
from controlpanel.simulator.catalogue import CLUSTERS, CONFIGURATIONS, IMAGES
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import public_key

CLUSTER = CLUSTERS[0].id
EXPAND = "&".join(
    f"expand[{number}]={name}"
    for number, name in enumerate(
        ("bootDisk", "dataDisks", "publicIp", "subnets", "sshKeys", "networkInterfaces")
    )
)
DATES = "startDate=2020-01-01&endDate=2100-01-01"
WEB_ONLY = {
    "type": "allow",
    "rules": [
        {
            "type": "ipv4",
            "protocolKind": {"tcp": {"ports": {"range": {"min": 80, "max": 443}}}},
            "remote": {"address": "0.0.0.0/0"},
        }
    ],
}


class Tour:
    """Calls a simulator, and remembers which operations it has called."""

    def __init__(self, sim: RunningSimulator) -> None:
        self._sim = sim
        self.operations: set[str] = set()

    def __call__(
        self,
        operation: str,
        body: object = None,
        *,
        query: str = "",
        status: int = 200,
        key: str = FULL_KEY,
        **params: str,
    ) -> Any:  # noqa: ANN401
        method, template = operation.split(" ")
        answer = requests.request(
            method,
            f"{self._sim.url}{template.format(**params)}?{query}",
            json=body,
            headers={"X-API-KEY": key},
            timeout=5,
        )
        assert answer.status_code == status, answer.text
        self.operations.add(operation)
        is_json = answer.content and answer.headers["Content-Type"] == "application/json"
        return answer.json() if is_json else answer.text

    def wait(self) -> None:
        """Let everything come to rest."""
        self._sim.clock.advance(240 / self._sim.clock.speed)

    def everything(self) -> None:
        self.networks()
        self.storages_and_addresses()
        self.a_vms_life()
        self.money()
        self.reading()

    def reading(self) -> None:
        for operation in (
            "GET /v1/service/status",
            "GET /v1/users/me",
            "GET /v1/users/me/profile",
            "GET /v2/users/balances",
            "GET /v1/datacenters",
            "GET /v1/clusters",
            "GET /v1/clusters/resources",
            "GET /v1/configurations/virtual_machines",
            "GET /v1/storages/default_images",
            "GET /v1/default_images",
            "GET /v1/storages/types",
            "GET /v1/prices/vm",
            "GET /v1/prices/storage",
            "GET /v1/prices/public-ip",
            "GET /v1/ssh_keys",
            "GET /v1/storages",
            "GET /v1/public_ips",
            "GET /v1/vpcs",
            "GET /v1/subnets",
            "GET /v1/security_groups",
            "GET /v2/payment-methods",
            "GET /v2/top-ups",
            "GET /v2/top-ups/pending",
            "GET /v1/billing/top_up/pending",
            "GET /v2/billing/get_history",
            "GET /v1/billing/charges/total",
        ):
            self(operation)
        self("GET /v1/clusters/{cluster_id}/resources", cluster_id=CLUSTER)
        self("GET /v2/vms", query=EXPAND)
        for by in ("", "&groupBy=RESOURCE", "&groupBy=RESOURCE_TYPE&period=DAY", "&format=csv"):
            self("GET /v1/billing/charges/aggregated", query=DATES + by)

    def networks(self) -> None:
        vpc, spare = (
            self("POST /v1/vpcs", {"clusterId": CLUSTER, "name": name})["id"]
            for name in ("main", "spare")
        )
        self("PATCH /v1/vpcs/{vpc_id}", {"name": "home"}, vpc_id=vpc)
        subnets = [
            self(
                "POST /v1/vpcs/{vpc_id}/subnets",
                {"clusterId": CLUSTER, "name": f"net-{n}", "ipv4Cidr": f"10.{n}.0.0/24"},
                vpc_id=vpc,
            )["id"]
            for n in range(3)
        ]
        self("PATCH /v1/subnets/{subnet_id}", {"name": "web"}, subnet_id=subnets[0])
        self("DELETE /v1/subnets/{subnet_id}", subnet_id=subnets[1])
        self("POST /v1/subnets/delete", {"ids": subnets[2:]})
        self("DELETE /v1/vpcs/{vpc_id}", vpc_id=spare)
        other = self("POST /v1/vpcs", {"clusterId": CLUSTER, "name": "other"})["id"]
        self("POST /v1/vpcs/delete", {"ids": [other]})
        self.group, second, third = (
            self("POST /v1/security_groups", {"clusterId": CLUSTER, "name": name})["id"]
            for name in ("web", "second", "third")
        )
        self(
            "PATCH /v1/security_groups/{security_group_id}",
            {"ingressRules": WEB_ONLY},
            security_group_id=self.group,
        )
        self("DELETE /v1/security_groups/{security_group_id}", security_group_id=second)
        self("POST /v1/security_groups/delete", {"ids": [third]})

    def storages_and_addresses(self) -> None:
        self.disk, spare, third = (
            self("POST /v1/storages", {**new_disk(name), "volumeGb": 30})["id"]
            for name in ("data", "spare", "third")
        )
        address = {"clusterId": CLUSTER, "name": "web", "addressType": "V4"}
        self.address, free, last = (self("POST /v1/public_ips", address)["id"] for _ in range(3))
        self.wait()
        self("GET /v1/storages/{storage_id}", storage_id=self.disk)
        self("PATCH /v1/storages/{storage_id}", {"volumeGb": 50}, storage_id=self.disk)
        self("DELETE /v1/storages/{storage_id}", storage_id=spare)
        self("POST /v1/storages/delete", {"ids": [third]})
        self("PATCH /v1/public_ips/{public_ip_id}", {"name": "www"}, public_ip_id=self.address)
        self("DELETE /v1/public_ips/{public_ip_id}", public_ip_id=free)
        self("POST /v1/public_ips/delete", {"ids": [last]})
        self.wait()

    def a_vms_life(self) -> None:
        key, spare = (
            self("POST /v1/ssh_keys", {"name": name, "publicKey": public_key(number)})["id"]
            for number, name in enumerate(("laptop", "spare"))
        )
        body = new_vm(key)
        vm_id = self("POST /v2/vms", body)["id"]
        self.reading()
        self.wait()
        self("GET /v2/vms/{vm_id}", vm_id=vm_id, query=EXPAND)
        self("PATCH /v2/vms/{vm_id}", {"name": "web-2"}, vm_id=vm_id)
        self("PATCH /v2/vms", {"id": vm_id, "name": "web-3"})
        self("PATCH /v1/vms", {"id": vm_id, "name": "web-4"})
        self("POST /2/vms", new_vm(key, "web-5"))
        self("GET /v1/vms", query=EXPAND)
        self.attaching(vm_id)
        self("POST /v2/vms/{vm_id}/vm-api-access-token", vm_id=vm_id)
        for action in ("restart", "softreboot", "terminate"):
            self(f"POST /v2/vms/{{vm_id}}/{action}", vm_id=vm_id)
            self.reading()
            self.wait()
        self("DELETE /v1/ssh_keys/{ssh_key_id}", ssh_key_id=key)
        self("POST /v1/ssh_keys/delete", {"ids": [spare]})
        self("POST /v1/prices/cost", {"resources": one_of_each(body), "secs": 60})

    def attaching(self, vm_id: str) -> None:
        disks = {"dataDisks": [self.disk]}
        self("POST /v2/vms/{vm_id}/storages/add", disks, vm_id=vm_id)
        self("POST /v2/vms/{vm_id}/public_ip/add", {"publicIpId": self.address}, vm_id=vm_id)
        self.wait()
        interface = self("GET /v2/vms/{vm_id}/interfaces", vm_id=vm_id)[0]["id"]
        self(
            "PATCH /v2/vms/{vm_id}/interfaces/{interface_id}",
            {"securityGroupId": self.group},
            vm_id=vm_id,
            interface_id=interface,
        )
        self.reading()
        self.wait()
        self("POST /v2/vms/{vm_id}/storages/remove", disks, vm_id=vm_id)
        self("POST /v2/vms/{vm_id}/public_ip/remove", vm_id=vm_id)

    def money(self) -> None:
        self("PATCH /v1/users/me/profile", {"firstName": "Ada"})
        self("POST /v1/users/balances/refresh")
        intent = self("POST /v2/top-ups", {"amountCents": 5000}, status=201)["intentId"]
        self.reading()
        self("DELETE /v2/top-ups/{intent_id}", intent_id=intent, status=204)
        self("POST /v1/billing/top_up", {"amount": 5_000_000_000, "currency": "usdc"})


def new_disk(name: str) -> dict[str, Any]:
    return {
        "name": name,
        "clusterId": CLUSTER,
        "volumeGb": 25,
        "storageType": "NVME",
        "replicated": False,
    }


def new_vm(key_id: str, name: str = "web-1") -> dict[str, Any]:
    return {
        "clusterId": CLUSTER,
        "configurationId": CONFIGURATIONS[0].id,
        "name": name,
        "bootDisk": {**new_disk("boot"), "osImage": IMAGES[0].download_url},
        "dataDisks": [new_disk("more")],
        "sshKeys": [key_id],
        "cloudInit": {"userData": "#cloud-config"},
    }


def one_of_each(vm: dict[str, Any]) -> list[dict[str, Any]]:
    cluster = {"clusterId": vm["clusterId"]}
    return [
        {"vm": {"resource_id": {**cluster, "vmConfigurationId": vm["configurationId"]}}},
        {
            "storage": {
                "resource_id": {**cluster, "storageType": "NVME", "replicated": True},
                "volume_gb": 25,
            }
        },
        {"publicIp": {"resource_id": {**cluster, "addressType": "V4"}}},
    ]
