"""What the pages call what is charged."""

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from controlpanel.ui.language import by_language
from vms.models.billing import PUBLIC_IP_CHARGE, STORAGE_CHARGE, VM_CHARGE

# What is charged and is none of the kinds that there is most of.
OTHERS = "OTHERS"

KINDS: dict[str, tuple[str | Promise, str | Promise]] = {
    VM_CHARGE: (_("VM"), _("VMs")),
    STORAGE_CHARGE: (_("Disk"), _("Disks")),
    PUBLIC_IP_CHARGE: (_("Public IP"), _("Public IPs")),
    "VPC": (_("VPC"), _("VPCs")),
    "SUBNET": (_("Subnet"), _("Subnets")),
    "SECURITY_GROUP": (_("Security group"), _("Security groups")),
    "WORKSPACE": (_("Workspace"), _("Workspaces")),
}


@by_language
def kind_one(kind: str) -> str:
    """Name a kind that Fluence charges for, as of one thing; an unknown one as it came."""
    return str(KINDS[kind][0]) if kind in KINDS else kind


@by_language
def kind_many(kind: str) -> str:
    """Name it as of all things of the kind."""
    return str(KINDS[kind][1]) if kind in KINDS else kind


def part_label(part: str) -> str:
    """Name a part of a day's bar."""
    return gettext("Others") if part == OTHERS else kind_many(part)
