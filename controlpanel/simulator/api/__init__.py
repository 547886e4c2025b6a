"""The operations, by resource. Importing this package registers them with the router."""

from controlpanel.simulator.api import (
    account,
    catalogue,
    prices,
    public_ips,
    ssh_keys,
    storages,
    vms,
)

__all__ = ["account", "catalogue", "prices", "public_ips", "ssh_keys", "storages", "vms"]
