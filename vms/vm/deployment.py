"""What is to be deployed: the VMs to make of it, what Fluence is asked, and what the log keeps."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.core.names import numbered_names
from vms.models import VM, Cluster, Configuration, Image, SSHKey
from vms.operations.wishes import Wish


@dataclass(frozen=True, slots=True, repr=False)
class Deployment:
    """What to deploy. `user_data` is cloud-init text, a secret: hence no repr."""

    name: str
    cluster: Cluster
    configuration: Configuration
    image: Image
    boot_disk_gb: int
    public_ip: bool
    ssh_keys: list[SSHKey]
    user_data: str = ""
    count: int = 1


@dataclass(frozen=True, slots=True)
class NewKey:
    """A public key to be registered before the VMs are made; an empty name takes the person's."""

    name: str
    public_key: str


def deployment_wishes(deployment: Deployment, team: Team, actor: Actor) -> list[Wish]:
    """Return a wish for each VM, with a row that is not saved yet."""
    request, changes = _request(deployment), _changes(deployment)
    price = _listed_price(deployment)
    return [
        Wish(
            VM(
                team=team,
                name=name,
                cluster=deployment.cluster,
                configuration=deployment.configuration,
                vcpu=deployment.configuration.vcpu,
                ram_gb=deployment.configuration.ram_gb,
                image=str(deployment.image),
                ssh_username=deployment.image.username,
                price_hour=price,
                created_by_name=actor.name,
            ),
            request,
            changes,
            deployment.user_data,
        )
        for name in numbered_names(deployment.name, deployment.count)
    ]


def _listed_price(deployment: Deployment) -> Decimal | None:
    """USD per hour to show until Fluence tells its own."""
    offer = deployment.cluster.offers.filter(configuration=deployment.configuration).first()
    if offer is None:
        return None
    return offer.cost_hour(boot_disk_gb=deployment.boot_disk_gb, public_ip=deployment.public_ip)


def _request(deployment: Deployment) -> dict[str, Any]:
    return {
        "cluster_id": deployment.cluster.pk,
        "configuration_id": deployment.configuration.pk,
        "image_url": deployment.image.download_url,
        "boot_disk_gb": deployment.boot_disk_gb,
        "replicated": deployment.cluster.storage_replicated,
        "public_ip": deployment.public_ip,
        "has_cloud_init": bool(deployment.user_data),
        "ssh_key_ids": [key.remote_id for key in deployment.ssh_keys],
    }


def _changes(deployment: Deployment) -> dict[str, Any]:
    """What the log keeps of a deployment."""
    return {
        "place": [None, str(deployment.cluster)],
        "configuration": [None, deployment.configuration.slug],
        "image": [None, str(deployment.image)],
        "boot_disk_gb": [None, deployment.boot_disk_gb],
        "public_ip": [None, deployment.public_ip],
        "ssh_keys": [None, ", ".join(key.label for key in deployment.ssh_keys)],
    }
