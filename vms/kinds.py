"""Every kind of operation: a new one is made in its noun's folder, and named here."""

from vms.ssh_key.kinds import DELETE_SSH_KEY, REGISTER_SSH_KEY
from vms.vm.kinds import VM_KINDS

KINDS = (*VM_KINDS, REGISTER_SSH_KEY, DELETE_SSH_KEY)
