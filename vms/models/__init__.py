from .account import FluenceAccount, account_of
from .batch import Batch
from .billing import Charge, ChargeDay, ChargeHolder, ChargeMonth, ChargePerson
from .catalogue import CatalogueState, Cluster, Configuration, Datacenter, Image, Offer
from .draft import Draft
from .network import VPC, SecurityGroup, Subnet
from .operation import Operation
from .public_ip import PublicIp
from .resource import Attachable, Resource
from .ssh_key import SSHKey
from .storage import Storage
from .top_up import PaymentMethod, TopUp
from .vm import VM

__all__ = [
    "VM",
    "VPC",
    "Attachable",
    "Batch",
    "CatalogueState",
    "Charge",
    "ChargeDay",
    "ChargeHolder",
    "ChargeMonth",
    "ChargePerson",
    "Cluster",
    "Configuration",
    "Datacenter",
    "Draft",
    "FluenceAccount",
    "Image",
    "Offer",
    "Operation",
    "PaymentMethod",
    "PublicIp",
    "Resource",
    "SSHKey",
    "SecurityGroup",
    "Storage",
    "Subnet",
    "TopUp",
    "account_of",
]
