"""What else than VMs waits for a person: disks, addresses, networks, keys and top-ups."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import CharField, F, QuerySet, Value
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from controlpanel.lib.remembered import remembered
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from vms.core import resource_statuses
from vms.models import VPC, Operation, PublicIp, Resource, SecurityGroup, Storage, Subnet, TopUp
from vms.models.operation import as_target_id
from vms.models.vm import TARGET_TYPE as VM_TYPE
from vms.ssh_key.selectors import TARGET_TYPE as SSH_KEY

MOST = 6
_VIEW = Permission.VM_VIEW
RESOURCES: tuple[type[Resource], ...] = (Storage, PublicIp, VPC, Subnet, SecurityGroup)
# What a thing is called, the page that shows it, whether that is its own, and who may see it.
SHOWN: dict[str, tuple[str | Promise, str, bool, Permission]] = {
    Storage.TARGET_TYPE: (_("Disk"), "vms:storage", True, _VIEW),
    PublicIp.TARGET_TYPE: (_("Public IP"), "vms:public-ip", True, _VIEW),
    VPC.TARGET_TYPE: (_("VPC"), "vms:networks", False, _VIEW),
    Subnet.TARGET_TYPE: (_("Subnet"), "vms:networks", False, _VIEW),
    SecurityGroup.TARGET_TYPE: (_("Security group"), "vms:networks", False, _VIEW),
    SSH_KEY: (_("SSH key"), "vms:ssh-keys", False, Permission.SSH_KEY_VIEW),
    TopUp.TARGET_TYPE: (_("Top-up"), "vms:top-ups", False, Permission.ACCOUNT_VIEW),
}


@dataclass(frozen=True, slots=True)
class Waiting:
    """`page` is a URL's name, for those with `permission`; `pk` is empty where it is a list."""

    label: str
    name: str
    page: str
    permission: Permission
    pk: str = ""


def things_waiting(team: Team) -> list[Waiting]:
    """Return the first few, as of the team's revision or later."""
    return [
        Waiting(str(label), name, page, permission, str(UUID(id_)) if has_page else "")
        for kind, id_, name in _waiting(team.pk, team.revision)
        for label, page, has_page, permission in [SHOWN[kind]]
    ]


@remembered("waiting:1")
def _waiting(team_id: UUID, _revision: int) -> list[list[str]]:
    """Return kind, id and name of each: of what was refused, and of what nobody can tell."""
    stuck = Operation.objects.filter(team=team_id, needs_attention=True).exclude(
        target_type=VM_TYPE
    )
    found: QuerySet[Any, Any] = stuck.order_by().values_list(
        "target_type", "target_id", "target_name"
    )
    found = found.union(*(_refused(model, team_id) for model in RESOURCES))
    return [list(each) for each in found.order_by("target_name")[:MOST] if each[0] in SHOWN]


def _refused(model: type[Resource], team_id: UUID) -> "QuerySet[Any, tuple[str, str, str]]":
    rows = model._default_manager.filter(
        account__team=team_id,
        remote_id=None,
        status=resource_statuses.REFUSED,
        hidden_at=None,
    )
    return rows.values_list(
        Value(model.TARGET_TYPE, CharField()), as_target_id(F("pk")), "name"
    ).order_by()
