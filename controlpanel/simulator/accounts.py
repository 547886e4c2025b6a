"""The demo accounts and their API keys. None of them opens anything but the simulator."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from uuid import NAMESPACE_URL, uuid5

from controlpanel.simulator.records import AccountRecord

FULL_KEY = "sim-demo-full"
SECOND_KEY = "sim-demo-second"
READONLY_KEY = "sim-demo-readonly"
POOR_KEY = "sim-demo-poor"
REVOKED_KEY = "sim-demo-revoked"

READ_SCOPES = (
    "billing:get_history",
    "billing:get_spending_history",
    "clusters:read",
    "prices:read",
    "public_ip:read",
    "security_groups:read",
    "ssh_key:list",
    "storage:read",
    "subnet:read",
    "vm:list",
    "vms:read",
    "vpc:read",
)

WRITE_SCOPES = (
    "billing:top_up",
    "public_ip:write",
    "security_groups:write",
    "ssh_key:create",
    "ssh_key:remove",
    "storage:write",
    "subnet:write",
    "vms:write",
    "vpc:write",
)


SPELT_IN_KEYS = {
    "security_group:read": "security_groups:read",
    "security_group:write": "security_groups:write",
}
"""Two scopes that operations name in the singular, while keys can only carry the plural."""


@dataclass(frozen=True, slots=True)
class ApiKey:
    """What a key opens: one account, within its scopes."""

    account_id: str
    scopes: tuple[str, ...]

    def opens(self, scope: str) -> bool:
        """Whether the key has what an operation names; "" is any key."""
        return not scope or SPELT_IN_KEYS.get(scope, scope) in self.scopes


def _account_id(email: str) -> str:
    return str(uuid5(NAMESPACE_URL, f"simulator:account:{email}"))


_FULL = _account_id("cloud@example.com")
_SECOND = _account_id("research@example.com")
_POOR = _account_id("empty@example.com")

KEYS = {
    FULL_KEY: ApiKey(_FULL, READ_SCOPES + WRITE_SCOPES),
    READONLY_KEY: ApiKey(_FULL, READ_SCOPES),
    SECOND_KEY: ApiKey(_SECOND, READ_SCOPES + WRITE_SCOPES),
    POOR_KEY: ApiKey(_POOR, READ_SCOPES + WRITE_SCOPES),
}
"""The keys that work. REVOKED_KEY is not among them, which is all that revoking means."""


def new_accounts() -> dict[str, AccountRecord]:
    """Return the demo accounts as they are before anyone has spent anything."""
    rows = [
        (_FULL, "cloud@example.com", "500.00"),
        (_SECOND, "research@example.com", "250.00"),
        (_POOR, "empty@example.com", "0.01"),
    ]
    return {
        id_: AccountRecord(id=id_, email=email, balance=Decimal(sum_), deposited=Decimal(sum_))
        for id_, email, sum_ in rows
    }
