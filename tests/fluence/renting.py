"""How tests rent a VM."""

import base64
from typing import Any

from controlpanel.fluence import VM, Changes, FluenceClient, NewPublicIp, NewStorage, VMCreate
from controlpanel.simulator.catalogue import CLUSTERS, CONFIGURATIONS, IMAGES, Cluster
from controlpanel.simulator.testing import RunningSimulator

ED25519 = (
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKgJIjnDg1DjqOOxINs78oU3f7PJXIyq9uiNocNVhXNx "
    "user@example.com"
)
# As ssh-keygen -lf prints it.
FINGERPRINT = "SHA256:sINcLA/hlKG0nDpE9n233xEnXAgSISxq0/nVWbbx5A4"
CREATE = "POST /v2/vms"


def public_key(number: int) -> str:
    """Return a public key of its own for each number, without a comment."""
    parts = (b"ssh-ed25519", number.to_bytes(32, "big"))
    body = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
    return f"ssh-ed25519 {base64.b64encode(body).decode()}"


SMALLEST = "cpu-regular-2vcpu-4gb"


def cluster_named(name: str) -> Cluster:
    return next(cluster for cluster in CLUSTERS if cluster.name == name)


def configuration_id(slug: str) -> str:
    return next(each.id for each in CONFIGURATIONS if each.slug == slug)


def ssh_key_id(client: FluenceClient[Changes]) -> str:
    """Return a registered key, registering one the first time."""
    keys = client.ssh_keys.list().items
    return keys[0].id if keys else client.ssh_keys.create("laptop", ED25519).id


def boot_disk(cluster: Cluster, **changes: Any) -> NewStorage:
    fields = {"volume_gb": 25, "os_image": IMAGES[0].download_url, **changes}
    return NewStorage(name="boot", cluster_id=cluster.id, **fields)


def vm_request(
    client: FluenceClient[Changes],
    name: str = "web-1",
    *,
    cluster: str = "Vistula",
    slug: str = SMALLEST,
    public_ip: bool = True,
    **changes: Any,
) -> VMCreate:
    """Return a request that the simulator accepts, but for the changes."""
    place = cluster_named(cluster)
    address = NewPublicIp(name=f"{name}-ip", cluster_id=place.id) if public_ip else None
    fields: dict[str, Any] = {
        "cluster_id": place.id,
        "configuration_id": configuration_id(slug),
        "name": name,
        "boot_disk": boot_disk(place),
        "public_ip": address,
        **changes,
    }
    if "ssh_keys" not in fields:
        fields["ssh_keys"] = [ssh_key_id(client)]
    return VMCreate(**fields)


def rent(client: FluenceClient[Changes], name: str = "web-1", **changes: Any) -> VM:
    return client.vms.create(vm_request(client, name, **changes))


def rent_older(
    sim: RunningSimulator, client: FluenceClient[Changes], name: str, **options: Any
) -> VM:
    """Rent a VM whose name is of before Fluence had a rule for names."""
    vm = rent(client, "older", **options)
    sim.world.state.vms[vm.id].name = name
    return vm
