"""What an API key may do, by its scopes: told on the account page, to be copied for a wider key."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vms.models import FluenceAccount

# What making a top-up needs.
TOP_UP = "billing:top_up"
NEEDED: tuple[tuple[str | Promise, tuple[str, ...]], ...] = (
    (_("See VMs"), ("vms:read", "vm:list")),
    (_("Deploy, rename, restart and terminate VMs, and attach to them"), ("vms:write",)),
    (_("See SSH keys"), ("ssh_key:list",)),
    (_("Add and delete SSH keys"), ("ssh_key:create", "ssh_key:remove")),
    (_("See disks, and what of them is left over"), ("storage:read",)),
    (_("Create, grow, rename and delete disks"), ("storage:write",)),
    (_("See public IPs, and which are left over"), ("public_ip:read",)),
    (_("Reserve, rename and release public IPs"), ("public_ip:write",)),
    (_("See networks"), ("vpc:read", "subnet:read", "security_groups:read")),
    (_("Change networks"), ("vpc:write", "subnet:write", "security_groups:write")),
    (_("Places and prices"), ("clusters:read", "prices:read")),
    (_("See what was spent"), ("billing:get_spending_history",)),
    (_("See what was paid in"), ("billing:get_history",)),
    (_("Top up the account"), (TOP_UP,)),
)


@dataclass(frozen=True, slots=True)
class Ability:
    """Something that the panel does with a key. `missing` are the scopes that it lacks for it."""

    label: str
    missing: list[str]

    @property
    def works(self) -> bool:
        return not self.missing


def abilities_of(account: FluenceAccount) -> list[Ability]:
    """Return what works with the account's key, and what does not, by the scopes it told."""
    held = set(account.scopes)
    return [
        Ability(str(label), [scope for scope in scopes if scope not in held])
        for label, scopes in NEEDED
    ]


def all_scopes() -> str:
    """Return every scope that the panel can use, to be copied."""
    return " ".join(scope for _label, scopes in NEEDED for scope in scopes)
