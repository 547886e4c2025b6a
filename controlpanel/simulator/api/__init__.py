"""The operations, by resource. Importing this package registers them with the router."""

from controlpanel.simulator.api import (
    account,
    billing,
    catalogue,
    console,
    prices,
    public_ips,
    security_groups,
    ssh_keys,
    storages,
    subnets,
    top_ups,
    vm_parts,
    vms,
    vpcs,
)

__all__ = [
    "account",
    "billing",
    "catalogue",
    "console",
    "prices",
    "public_ips",
    "security_groups",
    "ssh_keys",
    "storages",
    "subnets",
    "top_ups",
    "vm_parts",
    "vms",
    "vpcs",
]
