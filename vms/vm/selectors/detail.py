"""Single VMs, and those that were chosen, with what their pages show."""

from typing import Any
from uuid import UUID

from django.db import models
from django.db.models import QuerySet

from controlpanel.audit.actions import Action
from controlpanel.audit.models import AuditEntry
from controlpanel.audit.selectors import audit_entries_for_target
from controlpanel.lib.prepared import Given, PreparedQuery
from controlpanel.teams.models import Team
from vms.models import VM, Image, Operation, PublicIp, SSHKey, Storage
from vms.models.vm import TARGET_TYPE

from .rows import stuck

HISTORY = 50


def vm_for_team(*, team: Team, vm_id: UUID) -> VM | None:
    """Return a VM of the team with its place and configuration loaded."""
    return next(iter(_VM_OF_TEAM(team=team.pk, pk=vm_id)), None)


def vms_for_team(*, team: Team, vm_ids: list[UUID]) -> list[VM]:
    """Return those of the VMs that are the team's, by name, with their places."""
    rows = _with_place(VM.objects.filter(team=team, pk__in=vm_ids, hidden_at__isnull=True))
    return list(rows.order_by("name", "pk"))


def vm_history(vm: VM) -> list[AuditEntry]:
    """Return the VM's own slice of the audit log, newest first."""
    return audit_entries_for_target(vm.team_id, TARGET_TYPE, str(vm.pk), HISTORY)


def create_request_of(*, team: Team, vm_id: UUID) -> dict[str, Any] | None:
    """Return what was asked for a VM that was not made, by the fields of the form."""
    asked_for = Operation.objects.filter(team=team, kind=Action.VM_CREATE, target_id=vm_id.hex)
    operation = asked_for.order_by("-created_at").first()
    if operation is None:
        return None
    asked = operation.request
    keys = SSHKey.objects.filter(account=operation.account_id, remote_id__in=asked["ssh_key_ids"])
    image = Image.objects.filter(download_url=asked["image_url"]).first()
    before = {
        "name": operation.target_name,
        "cluster": asked["cluster_id"],
        "configuration": asked["configuration_id"],
        "boot_disk_gb": asked["boot_disk_gb"],
        **_parts_asked(operation.account_id, asked),
        "ssh_keys": [str(key.pk) for key in keys],
    }
    return before | ({"image": image.pk} if image else {})


def _parts_asked(account_id: UUID | None, asked: dict[str, Any]) -> dict[str, Any]:
    """Return what was asked of disks and address, by the fields of the form."""
    ids = [asked.get("boot_disk_id"), *(disk.get("id") for disk in asked.get("data_disks", []))]
    disks = Storage.objects.filter(account=account_id, remote_id__in=[pk for pk in ids if pk])
    pks = {disk.remote_id: str(disk.pk) for disk in disks}
    ip = PublicIp.objects.filter(account=account_id, remote_id=asked.get("public_ip_id")).first()
    new_ip = "on" if asked["public_ip"] else ""
    fields = {
        "boot_disk": pks.get(asked.get("boot_disk_id"), ""),
        "boot_disk_name": asked.get("boot_disk_name", ""),
        "public_ip": str(ip.pk) if ip else new_ip,
        "public_ip_name": asked.get("public_ip_name", ""),
    }
    for number, disk in enumerate(asked.get("data_disks", []), start=1):
        existing = disk.get("id")
        fields[f"data_{number}"] = pks.get(existing, "") if existing else "new"
        fields[f"data_{number}_gb"] = disk.get("volume_gb", "")
        fields[f"data_{number}_name"] = disk.get("name", "")
    return fields


def _with_place(rows: QuerySet[VM]) -> QuerySet[VM]:
    """Load the place, and `needs_attention`: whether a person has to settle something."""
    rows = rows.annotate(needs_attention=stuck())
    return rows.select_related("cluster__datacenter", "configuration")


_TEAM = Given("team", models.UUIDField())
_PK = Given("pk", models.UUIDField())
_VM_OF_TEAM = PreparedQuery(
    lambda: _with_place(VM.objects.filter(team=_TEAM, pk=_PK)).select_related("team"),
)
