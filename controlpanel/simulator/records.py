"""What the simulated accounts hold. All of it fits into one JSON file."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

from pydantic import BaseModel, Field


class AccountRecord(BaseModel):
    """An account; amounts in USD. The balance may fall below zero: disks go on being charged."""

    id: str
    email: str
    balance: Decimal
    deposited: Decimal


class SSHKeyRecord(BaseModel):
    id: str
    user_id: str
    name: str
    public_key: str
    algorithm: str
    fingerprint: str


class Rented(BaseModel):
    """What is common to everything that is rented by the hour."""

    id: str
    user_id: str
    cluster_id: str
    name: str
    status: str = "new"
    number: int
    created_at: datetime
    ready_since: datetime | None = None
    last_paid_at: datetime | None = None
    paid_until: datetime | None = None


class StorageRecord(Rented):
    volume_gb: int
    storage_type: str
    replicated: bool
    role: str
    os_image: str | None = None
    attached_to: list[str] = Field(default_factory=list)
    removed_at: datetime | None = None


class PublicIpRecord(Rented):
    address_type: str = "V4"
    address: str | None = None
    attached_to: str | None = None
    removed_at: datetime | None = None


class InterfaceRecord(BaseModel):
    id: str
    public_ip: str
    default: bool = True


class VMRecord(Rented):
    """A VM. At `due_at` it goes on from `status`; user data itself is never kept."""

    configuration_id: str
    updated_at: datetime
    due_at: datetime | None = None
    terminated_at: datetime | None = None
    visible_from: datetime | None = None
    will_fail: bool = False
    has_cloud_init: bool = False
    boot_disk: str
    data_disks: list[str] = Field(default_factory=list)
    public_ip: str | None = None
    ssh_keys: list[str] = Field(default_factory=list)
    interfaces: list[InterfaceRecord] = Field(default_factory=list)


class State(BaseModel):
    """Everything that outlives a restart. `number` counts what was ever made, for stable order."""

    version: int = 1
    number: int = 0
    accounts: dict[str, AccountRecord] = Field(default_factory=dict)
    ssh_keys: dict[str, SSHKeyRecord] = Field(default_factory=dict)
    storages: dict[str, StorageRecord] = Field(default_factory=dict)
    public_ips: dict[str, PublicIpRecord] = Field(default_factory=dict)
    vms: dict[str, VMRecord] = Field(default_factory=dict)
