from .account import FluenceAccount, account_of
from .batch import Batch
from .catalogue import CatalogueState, Cluster, Configuration, Datacenter, Image, Offer
from .draft import Draft
from .left_over import LeftOver
from .operation import Operation
from .ssh_key import SSHKey
from .vm import VM

__all__ = [
    "VM",
    "Batch",
    "CatalogueState",
    "Cluster",
    "Configuration",
    "Datacenter",
    "Draft",
    "FluenceAccount",
    "Image",
    "LeftOver",
    "Offer",
    "Operation",
    "SSHKey",
    "account_of",
]
