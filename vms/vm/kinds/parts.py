"""The disks and the address of a VM that is deployed: new ones, or some that are there already."""

from collections.abc import Mapping
from typing import Any

from controlpanel.fluence import NewPublicIp, NewStorage
from controlpanel.ui.messages import say
from vms.core.errors import NotAllowedNow
from vms.core.names import boot_disk_name, data_disk_name, public_ip_name
from vms.mirror.account import accounts_follow_soon
from vms.models import VM, Attachable, Operation, PublicIp, Storage
from vms.models.operation import OPEN_STATES
from vms.operations.kind import Question

Asked = Mapping[str, Any]


def boot_disk_of(vm_name: str, asked: Asked) -> NewStorage | str:
    """Return the boot disk as Fluence is asked for it: by its id, or a new one."""
    if existing := asked.get("boot_disk_id"):
        return str(existing)
    name = asked.get("boot_disk_name") or boot_disk_name(vm_name)
    return _new_disk(name, asked["boot_disk_gb"], asked, os_image=asked["image_url"])


def data_disks_of(vm_name: str, asked: Asked) -> tuple[NewStorage | str, ...]:
    disks = enumerate(asked.get("data_disks", []), start=1)
    return tuple(
        disk.get("id")
        or _new_disk(disk["name"] or data_disk_name(vm_name, number), disk["volume_gb"], asked)
        for number, disk in disks
    )


def public_ip_of(vm_name: str, asked: Asked) -> NewPublicIp | str | None:
    if existing := asked.get("public_ip_id"):
        return str(existing)
    if not asked["public_ip"]:
        return None
    name = asked.get("public_ip_name") or public_ip_name(vm_name)
    return NewPublicIp(name=name, cluster_id=asked["cluster_id"])


def _new_disk(
    name: str, volume_gb: int, asked: Asked, *, os_image: str | None = None
) -> NewStorage:
    return NewStorage(
        name=name,
        cluster_id=asked["cluster_id"],
        volume_gb=volume_gb,
        replicated=asked["replicated"],
        os_image=os_image,
    )


def existing_ids(asked: Asked) -> dict[type[Attachable], set[str]]:
    """Return Fluence's ids of what is there already."""
    disks = {asked.get("boot_disk_id"), *(d.get("id") for d in asked.get("data_disks", []))}
    found: dict[type[Attachable], set[str]] = {
        Storage: {disk for disk in disks if disk},
        PublicIp: {asked["public_ip_id"]} if asked.get("public_ip_id") else set(),
    }
    return {model: ids for model, ids in found.items() if ids}


def parts_require_free(asked: Asked, question: Question) -> None:
    """Refuse what a VM has, what is elsewhere, and what another deployment is taking.

    Raises:
        NotAllowedNow: naming the first of them.
    """
    wanted = existing_ids(asked)
    if not wanted or question.account is None:
        return
    creates = Operation.objects.filter(
        account=question.account, kind=question.kind.name, state__in=OPEN_STATES
    )
    taken = [existing_ids(each) for each in creates.values_list("request", flat=True)]
    for model, ids in wanted.items():
        rows = model._default_manager.filter(account=question.account, remote_id__in=ids)
        by_id = {row.remote_id: row for row in rows}
        for remote_id in ids:
            row = by_id.get(remote_id)
            is_taken = any(remote_id in each.get(model, ()) for each in taken)
            if row is None or not row.is_free or is_taken:
                raise NotAllowedNow(say("resource_not_free", name=row.name if row else remote_id))
            if row.cluster_id != asked["cluster_id"]:
                raise NotAllowedNow(say("not_in_this_place", name=row.name))


def parts_take(operation: Operation, vm: VM) -> None:
    """Note that a VM that was made has what was there already."""
    if operation.account_id is None:
        return
    for model, ids in existing_ids(operation.request).items():
        rows = model._default_manager.filter(account=operation.account_id, remote_id__in=ids)
        rows.update(
            vm=vm,
            origin=vm,
            attached_to=vm.remote_id or "",
            free_since=None,
            is_left_over=False,
            is_checked=True,
        )
    accounts_follow_soon({operation.account_id})
