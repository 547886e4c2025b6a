"""Every kind of operation: a new one is made in its noun's folder, and named here."""

from vms.network.kinds import NETWORK_KINDS
from vms.public_ip.kinds import PUBLIC_IP_KINDS
from vms.ssh_key.kinds import DELETE_SSH_KEY, REGISTER_SSH_KEY
from vms.storage.kinds import STORAGE_KINDS
from vms.top_up.kinds import CANCEL_TOP_UP, CREATE_TOP_UP
from vms.vm.kinds import VM_KINDS

KINDS = (
    *VM_KINDS,
    *STORAGE_KINDS,
    *PUBLIC_IP_KINDS,
    *NETWORK_KINDS,
    REGISTER_SSH_KEY,
    DELETE_SSH_KEY,
    CREATE_TOP_UP,
    CANCEL_TOP_UP,
)
