"""What can be done to a VM: a module and an object for each kind of operation."""

from .create import CREATE
from .rename import RENAME
from .restart import RESTART, SOFT_REBOOT
from .terminate import TERMINATE

VM_KINDS = (CREATE, RENAME, RESTART, SOFT_REBOOT, TERMINATE)

__all__ = ["CREATE", "RENAME", "RESTART", "SOFT_REBOOT", "TERMINATE", "VM_KINDS"]
