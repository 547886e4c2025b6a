"""Change a VM: a module and an object for each kind of operation."""

from .create import CREATE
from .rename import RENAME
from .restart import RESTART, SOFT_REBOOT
from .set_group import SET_GROUP
from .terminate import TERMINATE

VM_KINDS = (CREATE, RENAME, RESTART, SOFT_REBOOT, SET_GROUP, TERMINATE)

__all__ = ["CREATE", "RENAME", "RESTART", "SET_GROUP", "SOFT_REBOOT", "TERMINATE", "VM_KINDS"]
