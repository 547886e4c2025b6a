"""What the simulated accounts hold. All of it fits into one JSON file."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from pydantic import BaseModel, Field


class Profile(BaseModel):
    """What a person says of themselves."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    job_role: str = ""
    updated_at: datetime | None = None


class AccountRecord(BaseModel):
    """An account; amounts in USD. The balance may fall below zero: disks go on being charged."""

    id: str
    email: str
    balance: Decimal
    deposited: Decimal
    profile: Profile = Field(default_factory=Profile)


class SSHKeyRecord(BaseModel):
    id: str
    user_id: str
    name: str
    public_key: str
    algorithm: str
    fingerprint: str


class Thing(BaseModel):
    """What is common to everything that stands in a cluster. At `due_at` its status goes on."""

    id: str
    user_id: str
    cluster_id: str
    name: str
    status: str = "new"
    number: int
    created_at: datetime
    due_at: datetime | None = None
    ready_since: datetime | None = None
    removed_at: datetime | None = None


class Rented(Thing):
    """What is paid for by the hour."""

    last_paid_at: datetime | None = None
    paid_until: datetime | None = None


class StorageRecord(Rented):
    volume_gb: int
    storage_type: str
    replicated: bool
    role: str
    os_image: str | None = None
    attached_to: list[str] = Field(default_factory=list)


class PublicIpRecord(Rented):
    address_type: str = "V4"
    address: str | None = None
    attached_to: str | None = None


class VpcRecord(Thing):
    enable_external: bool | None = None


class SubnetRecord(Thing):
    vpc_id: str
    ipv4_cidr: str | None = None
    ipv6_cidr: str | None = None


class SecurityGroupRecord(Thing):
    """Rules are kept as the API writes them."""

    vpc_id: str
    ingress_rules: dict[str, Any]
    egress_rules: dict[str, Any]


class InterfaceRecord(BaseModel):
    """A VM's network interface: on a public IP, or in a subnet."""

    id: str
    public_ip: str | None = None
    subnet: str | None = None
    security_group: str | None = None
    default: bool = True


class VMRecord(Rented):
    """A VM; user data itself is never kept."""

    configuration_id: str
    updated_at: datetime
    terminated_at: datetime | None = None
    visible_from: datetime | None = None
    will_fail: bool = False
    has_cloud_init: bool = False
    restart_required: bool = False
    boot_disk: str
    data_disks: list[str] = Field(default_factory=list)
    public_ip: str | None = None
    ssh_keys: list[str] = Field(default_factory=list)
    interfaces: list[InterfaceRecord] = Field(default_factory=list)


class ChargeRecord(BaseModel):
    """What a thing of one size cost on one day (UTC), the day on which its hours began."""

    day: date
    user_id: str
    resource_id: str
    resource_name: str
    resource_type: str
    cluster_id: str
    quantity: int = 1
    configuration: str | None = None
    storage_type: str | None = None
    replicated: bool | None = None
    address_type: str | None = None
    hours: int = 0
    cost: Decimal = Decimal(0)


class TopUpRecord(BaseModel):
    """Money on its way in. `status` is spelt as in version 2 of the API."""

    id: str
    session_id: str
    user_id: str
    number: int
    amount_cents: int
    currency: str
    provider: str
    status: str = "open"
    created_at: datetime
    updated_at: datetime
    expires_at: datetime


class State(BaseModel):
    """Everything that outlives a restart.

    `number` counts what was ever made, for stable order; `seconds_ahead` is how far the clock was
    moved.
    """

    version: int = 1
    number: int = 0
    seconds_ahead: float = 0.0
    accounts: dict[str, AccountRecord] = Field(default_factory=dict)
    ssh_keys: dict[str, SSHKeyRecord] = Field(default_factory=dict)
    storages: dict[str, StorageRecord] = Field(default_factory=dict)
    public_ips: dict[str, PublicIpRecord] = Field(default_factory=dict)
    vpcs: dict[str, VpcRecord] = Field(default_factory=dict)
    subnets: dict[str, SubnetRecord] = Field(default_factory=dict)
    security_groups: dict[str, SecurityGroupRecord] = Field(default_factory=dict)
    vms: dict[str, VMRecord] = Field(default_factory=dict)
    charges: dict[str, ChargeRecord] = Field(default_factory=dict)
    top_ups: dict[str, TopUpRecord] = Field(default_factory=dict)
