"""What is to be deployed: the VMs to make of it, what Fluence is asked, and what the log keeps."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.core.names import numbered_names
from vms.models import VM, Cluster, Configuration, Image, PublicIp, SSHKey, Storage
from vms.operations.wishes import Wish

from .selectors.free import FreePart


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
    # What is there already, taken instead of a new one; of one VM alone.
    boot_disk: FreePart | Storage | None = None
    address: FreePart | PublicIp | None = None
    data_disks: tuple["NewDisk | FreePart | Storage", ...] = ()
    # What new ones are called; derived from the VM's name where it is empty.
    boot_disk_name: str = ""
    public_ip_name: str = ""

    @property
    def existing_hour(self) -> Decimal:
        """USD per hour of what is there already: it is paid for, and goes on being."""
        parts = (self.boot_disk, self.address, *self.data_disks)
        prices = (part.price_hour for part in parts if part and not isinstance(part, NewDisk))
        return sum((price or Decimal(0) for price in prices), Decimal(0))


@dataclass(frozen=True, slots=True)
class NewDisk:
    """A data disk to be made with the VM."""

    volume_gb: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A public key to be registered before the VMs are made; an empty name takes the person's."""

    name: str
    public_key: str


def deployment_wishes(deployment: Deployment, team: Team, actor: Actor) -> list[Wish]:
    """Return a wish for each VM, with a row that is not saved yet."""
    request, changes = _request(deployment), _changes(deployment)
    new = _listed_price(deployment)
    return [
        Wish(
            VM(
                team=team,
                name=name,
                cluster=deployment.cluster,
                configuration=deployment.configuration,
                vcpu=deployment.configuration.vcpu,
                ram_gb=deployment.configuration.ram_gb,
                image=deployment.boot_disk.image if deployment.boot_disk else str(deployment.image),
                ssh_username="" if deployment.boot_disk else deployment.image.username,
                price_vm_hour=new,
                price_hour=None if new is None else new + deployment.existing_hour,
                created_by_name=actor.name,
            ),
            request,
            changes,
            deployment.user_data,
        )
        for name in numbered_names(deployment.name, deployment.count)
    ]


def first_hour_of(deployment: Deployment) -> Decimal | None:
    """USD that Fluence takes for the first hour of all of them, by the listed prices."""
    each = _listed_price(deployment)
    return None if each is None else each * deployment.count


def _listed_price(deployment: Deployment) -> Decimal | None:
    """USD per hour of all that is new, to show until Fluence tells its own."""
    offer = deployment.cluster.offers.filter(configuration=deployment.configuration).first()
    if offer is None:
        return None
    new_gb = sum(disk.volume_gb for disk in deployment.data_disks if isinstance(disk, NewDisk))
    new_gb += 0 if deployment.boot_disk else deployment.boot_disk_gb
    is_new_ip = deployment.public_ip and deployment.address is None
    return offer.cost_hour(boot_disk_gb=new_gb, public_ip=is_new_ip)


def _request(deployment: Deployment) -> dict[str, Any]:
    return {
        "cluster_id": deployment.cluster.pk,
        "configuration_id": deployment.configuration.pk,
        "image_url": deployment.image.download_url,
        "boot_disk_gb": deployment.boot_disk_gb,
        "replicated": deployment.cluster.storage_replicated,
        "public_ip": deployment.public_ip,
        **_parts(deployment),
        "has_cloud_init": bool(deployment.user_data),
        "ssh_key_ids": [key.remote_id for key in deployment.ssh_keys],
    }


def _changes(deployment: Deployment) -> dict[str, Any]:
    """What the log keeps of a deployment."""
    return {
        "place": [None, str(deployment.cluster)],
        "configuration": [None, deployment.configuration.slug],
        **({} if deployment.boot_disk else {"image": [None, str(deployment.image)]}),
        **_parts_changes(deployment),
        "ssh_keys": [None, ", ".join(key.label for key in deployment.ssh_keys)],
    }


def _parts(deployment: Deployment) -> dict[str, Any]:
    """What of disks and address differs from a new boot disk, named after the VM."""
    parts = {
        "boot_disk_id": deployment.boot_disk.remote_id if deployment.boot_disk else "",
        "boot_disk_name": deployment.boot_disk_name,
        "public_ip_id": deployment.address.remote_id if deployment.address else "",
        "public_ip_name": deployment.public_ip_name,
        "data_disks": [
            {"volume_gb": disk.volume_gb, "name": disk.name}
            if isinstance(disk, NewDisk)
            else {"id": disk.remote_id}
            for disk in deployment.data_disks
        ],
    }
    return {name: value for name, value in parts.items() if value}


def _parts_changes(deployment: Deployment) -> dict[str, Any]:
    boot, address = deployment.boot_disk, deployment.address
    changes: dict[str, Any] = (
        {"boot_disk": [None, boot.name]}
        if boot
        else {"boot_disk_gb": [None, deployment.boot_disk_gb]}
    )
    if deployment.data_disks:
        disks = [
            f"{disk.volume_gb} GB" if isinstance(disk, NewDisk) else disk.name
            for disk in deployment.data_disks
        ]
        changes["data_disks"] = [None, ", ".join(disks)]
    return changes | {"public_ip": [None, address.name if address else deployment.public_ip]}
