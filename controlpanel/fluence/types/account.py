"""Who an API key belongs to, what it may do, and what money there is."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import Field

from controlpanel.fluence.types.base import AccountId, Answer, Moment, Money, Request


class CurrentUser(Answer):
    """The account behind an API key, and the key's scopes. `GET /v1/users/me`."""

    id: AccountId
    email: str = ""
    permissions: tuple[str, ...] = ()

    @property
    def can_read_vms(self) -> bool:
        return "vms:read" in self.permissions

    @property
    def can_write_vms(self) -> bool:
        return "vms:write" in self.permissions

    @property
    def can_list_ssh_keys(self) -> bool:
        return "ssh_key:list" in self.permissions

    @property
    def can_create_ssh_keys(self) -> bool:
        return "ssh_key:create" in self.permissions

    @property
    def can_remove_ssh_keys(self) -> bool:
        return "ssh_key:remove" in self.permissions

    @property
    def can_read_clusters(self) -> bool:
        return "clusters:read" in self.permissions

    @property
    def can_read_prices(self) -> bool:
        return "prices:read" in self.permissions


class Entitlement(Answer):
    """A balance of the account, in USD(C). `GET /v2/users/balances`.

    `usage_days_left` is Fluence's own forecast in days, None when it gives none.
    """

    feature_key: str = ""
    user_id: str = ""
    balance: Money
    usage: Money = Decimal(0)
    estimated_usage: Money = Decimal(0)
    overage: Money = Decimal(0)
    total_deposited_amount: Money = Decimal(0)
    usage_days_left: Annotated[int, Field(ge=-(2**31), le=2**31 - 1)] | None = None


class ServiceStatus(Answer):
    """Fluence's version, and whether it is closed for maintenance. `GET /v1/service/status`."""

    version: str = ""
    maintenance_mode: bool = False


class Profile(Answer):
    """What a person told Fluence of themselves. `GET /v1/users/me/profile`."""

    first_name: str = ""
    last_name: str = ""
    company: str = ""
    job_role: str = ""
    updated_at: Moment | None = None
    prompt_acknowledged_at: Moment | None = None


class ProfileUpdate(Request):
    """Changes of a profile; what is None stays."""

    first_name: str | None = None
    last_name: str | None = None
    company: str | None = None
    job_role: str | None = None
