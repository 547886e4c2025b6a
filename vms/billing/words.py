"""What the pages call what is charged."""

from datetime import date

from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
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
def day_label(day: date) -> str:
    """Name a day within a year: "3 November"."""
    return date_format(day, "j F")


@by_language
def parts_label(count: int) -> str:
    """Say how many disks and addresses are added to a VM."""
    words = ngettext("with %(count)s disk or address", "with %(count)s disks and addresses", count)
    return words % {"count": count}


@by_language
def row_words() -> dict[str, str]:
    """Return the words of the rows of tables, looked up once for all of them."""
    return {
        "of": gettext("of %(name)s"),
        "today": gettext("today, so far"),
        "so_far": gettext("so far"),
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
