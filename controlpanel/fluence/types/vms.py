"""A rented virtual machine, and what is sent to rent one."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from pydantic import SecretStr

from controlpanel.fluence.types.base import Answer, Billed, Count, Id, Moment, Request, SmallCount
from controlpanel.fluence.types.networks import NetworkInterface, NewPublicIp, PublicIp, Subnet
from controlpanel.fluence.types.ssh_keys import SSHKey
from controlpanel.fluence.types.storages import NewStorage, Storage


class VMStatus(StrEnum):
    """The statuses known today; a VM may carry another."""

    NEW = "new"
    LAUNCHING = "launching"
    LAUNCHED = "launched"
    FAILED = "failed"
    UPDATING = "updating"
    TERMINATING = "terminating"
    TERMINATED = "terminated"
    SUSPENDING = "suspending"
    SUSPENDED = "suspended"
    RESTARTING = "restarting"
    SOFT_REBOOTING = "softRebooting"
    UNKNOWN = "unknown"

    @classmethod
    def read(cls, status: str) -> VMStatus | None:
        """Return the status meant, without regard to case; None for one not known."""
        return _STATUS_BY_LOWER_CASE.get(status.lower())


_STATUS_BY_LOWER_CASE = {status.value.lower(): status for status in VMStatus}


class VMAction(StrEnum):
    """The actions known today that `allowed_actions` may name."""

    ADD_PUBLIC_IP = "addPublicIp"
    REMOVE_PUBLIC_IP = "removePublicIp"
    ADD_STORAGES = "addStorages"
    REMOVE_STORAGES = "removeStorages"
    UPDATE_NETWORK_INTERFACE = "updateNetworkInterface"
    RESTART = "restart"
    SOFT_REBOOT = "softReboot"
    TERMINATE = "terminate"


class VMExpanded(Answer):
    """What a VM holds, in full; each is there only if `expand` asked for it."""

    boot_disk: Storage | None = None
    data_disks: tuple[Storage, ...] = ()
    public_ip: PublicIp | None = None
    subnets: tuple[Subnet, ...] = ()
    ssh_keys: tuple[SSHKey, ...] = ()
    network_interfaces: tuple[NetworkInterface, ...] = ()


class VM(Billed):
    """A virtual machine. `GET /v2/vms`.

    `status` is kept as it was spelt; `known_status` reads it. `boot_disk`, `data_disks`,
    `public_ip`, `ssh_keys`, `subnets` and `network_interfaces` hold ids. `ram_gb` is in decimal GB.
    The configuration's name, slug, vCPU and RAM are given by lists and creates, and may be absent
    elsewhere. Prices are estimates in USD. `has_cloud_init` only says that there was user data.
    """

    id: Id
    name: str
    status: str
    cluster_id: Id
    configuration_id: Id
    created_at: Moment
    updated_at: Moment | None = None
    user_id: str = ""
    allowed_actions: tuple[str, ...] = ()
    restart_required: bool = False
    boot_disk: str | None = None
    data_disks: tuple[str, ...] = ()
    public_ip: Id | None = None
    ssh_keys: tuple[str, ...] = ()
    subnets: tuple[str, ...] = ()
    network_interfaces: tuple[str, ...] = ()
    cloud_init: dict[str, Any] | None = None
    configuration_name: str | None = None
    configuration_slug: str | None = None
    vcpu: SmallCount | None = None
    ram_gb: Count | None = None
    ready_since: Moment | None = None
    terminated_at: Moment | None = None
    expanded: VMExpanded | None = None

    @property
    def known_status(self) -> VMStatus | None:
        """The status as one of those known, whatever its case; None for a new one."""
        return VMStatus.read(self.status)

    @property
    def is_terminal(self) -> bool:
        """Whether nothing will ever happen to it again."""
        return self.known_status in (VMStatus.FAILED, VMStatus.TERMINATED)

    @property
    def has_cloud_init(self) -> bool:
        return self.cloud_init is not None

    def allows(self, action: str) -> bool:
        """Whether Fluence says that `action` is legal now."""
        return action in self.allowed_actions


class ConsoleToken(Answer):
    """What opens a VM's console for a while. `POST /v2/vms/{vm_id}/vm-api-access-token`."""

    token: SecretStr
    vm_api_domain: str
    workspace_id: str
    expires_at: Moment | None = None


def _by_id_or_new(part: str | NewStorage | NewPublicIp) -> str | dict[str, Any]:
    return part if isinstance(part, str) else part.to_wire()


class VMCreate(Request):
    """A VM to rent. A disk or public IP is an existing one's id, or a new one.

    `ssh_keys` holds ids of registered keys. `user_data` (cloud-init, at most 16 KiB in UTF-8) is
    a secret: it shows in no repr, and only `to_wire` uncovers it.
    """

    cluster_id: str
    configuration_id: str
    name: str
    boot_disk: NewStorage | str
    data_disks: tuple[NewStorage | str, ...] = ()
    public_ip: NewPublicIp | str | None = None
    ssh_keys: tuple[str, ...] = ()
    user_data: SecretStr | None = None

    def to_wire(self) -> dict[str, Any]:
        """Return the body of `POST /v2/vms`, with the user data in clear: never log it."""
        body: dict[str, Any] = {
            "clusterId": self.cluster_id,
            "configurationId": self.configuration_id,
            "name": self.name,
            "bootDisk": _by_id_or_new(self.boot_disk),
            "dataDisks": [_by_id_or_new(disk) for disk in self.data_disks],
            "sshKeys": list(self.ssh_keys),
        }
        if self.public_ip is not None:
            body["publicIp"] = _by_id_or_new(self.public_ip)
        if self.user_data is not None:
            body["cloudInit"] = {"userData": self.user_data.get_secret_value()}
        return body
