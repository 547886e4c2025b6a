"""What an account holds besides its VMs: SSH keys, disks, addresses, interfaces."""

from __future__ import annotations

from pydantic import AliasPath, Field

from controlpanel.fluence.types.base import Answer, Moment, Money


class SSHKey(Answer):
    """A named public key. `GET /v1/ssh_keys`."""

    id: str
    name: str
    public_key: str
    algorithm: str = ""
    fingerprint: str = ""
    user_id: str = ""


class VMReference(Answer):
    """The VM something is attached to."""

    id: str
    name: str = ""


class _Billed(Answer):
    """What every rented thing says of its price. Prices are estimates in USD, not the bill."""

    last_paid_at: Moment | None = None
    paid_until: Moment | None = None
    price_hourly_usd: Money | None = None
    price_monthly_usd: Money | None = None


class StorageImage(Answer):
    """The catalogue image a disk was made from."""

    id: str
    name: str = ""
    slug: str = ""
    distribution: str = ""


class Storage(_Billed):
    """A disk of `volume_gb` GB. `attached_to` holds VM ids; `role` is BOOT or DATA."""

    id: str
    name: str
    cluster_id: str
    status: str
    volume_gb: int
    storage_type: str = ""
    replicated: bool = False
    role: str = ""
    allowed_actions: tuple[str, ...] = ()
    attached_to: tuple[str, ...] = ()
    image: StorageImage | None = None
    init_url: str | None = None
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class PublicIp(_Billed):
    """A rented address. `address` is None until it is allotted."""

    id: str
    name: str
    cluster_id: str
    status: str
    address: str | None = None
    address_type: str = "V4"
    allowed_actions: tuple[str, ...] = ()
    attached_to: VMReference | None = None
    user_id: str = ""
    created_at: Moment | None = None
    ready_since: Moment | None = None
    removed_at: Moment | None = None


class NetworkInterface(Answer):
    """A VM's interface: private in a subnet, or public with an address."""

    id: str
    default: bool = False
    subnet_id: str | None = Field(
        default=None, validation_alias=AliasPath("kind", "private", "subnet")
    )
    public_ip_id: str | None = Field(
        default=None, validation_alias=AliasPath("kind", "public", "public_ip")
    )
    security_group: str | None = None
