"""Deploying a VM: POST /v2/vms, sent once."""

from pydantic import SecretStr

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import Changes, Conflict, FluenceClient, NewPublicIp, NewStorage, VMCreate
from controlpanel.teams.permissions import Permission
from vms.core import statuses
from vms.core.names import boot_disk_name, public_ip_name
from vms.core.revisions import revision_raise
from vms.mirror.fields import mirror_changes, mirror_write, vm_target
from vms.models import VM, Operation
from vms.operations.findings import Absent, Finding, Found, Unclear
from vms.operations.targets import CLOCK_SKEW, asked_at, locked_vm, operation_vm

ACTION = Action.VM_CREATE
PERMISSION = Permission.VM_CREATE
REPEATABLE = False


def target(operation: Operation) -> Target:
    return vm_target(operation_vm(operation))


def check(client: FluenceClient, operation: Operation) -> None:
    """Refuse a name that is in use at Fluence but not mirrored yet."""
    if any(_is_live(vm) for vm in client.vms.find_by_name(operation.target_name)):
        raise Conflict(
            f"a VM named {operation.target_name} already exists in this account",
            code="name_taken",
        )


def send(client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
    return client.vms.create(_request(operation))


def apply(operation: Operation, answer: RemoteVM) -> None:
    vm = locked_vm(operation)
    vm.problem = ""
    mirror_write(vm, mirror_changes(vm, answer), revision=revision_raise(operation.team_id))


def refuse(operation: Operation) -> None:
    vm = locked_vm(operation)
    vm.status, vm.problem = statuses.REFUSED, operation.message
    vm.revision = revision_raise(operation.team_id)
    vm.save(update_fields=["status", "problem", "revision"])


def look(client: FluenceClient, operation: Operation) -> Finding:
    """Find the one VM by exact name, cluster, configuration and time that is not mirrored yet.

    The time tells it from VMs of that name that have ended. One that lives is taken whatever its
    time: `check` found none just before the call.
    """
    asked = operation.request
    # Not since it was last sent: an earlier attempt may turn out to have made it after all.
    since = asked_at(operation) - CLOCK_SKEW
    matches = [
        vm
        for vm in client.vms.find_by_name(operation.target_name)
        if vm.cluster_id == asked["cluster_id"]
        and vm.configuration_id == asked["configuration_id"]
        and (vm.created_at >= since or _is_live(vm))
    ]
    mirrored = set(
        VM.objects.filter(
            account_id=operation.account_id, remote_id__in=[vm.id for vm in matches]
        ).values_list("remote_id", flat=True)
    )
    unclaimed = [vm for vm in matches if vm.id not in mirrored]
    if len(unclaimed) > 1:
        return Unclear(
            f"Fluence has {len(unclaimed)} VMs named {operation.target_name} that may be this "
            "one. They are imported at the next reconcile: terminate the ones you do not need."
        )
    return Found(unclaimed[0]) if unclaimed else Absent()


def _is_live(vm: RemoteVM) -> bool:
    return statuses.canonical(vm.status) not in statuses.ENDED


def _request(operation: Operation) -> VMCreate:
    asked = operation.request
    name = operation.target_name
    boot_disk = NewStorage(
        name=boot_disk_name(name),
        cluster_id=asked["cluster_id"],
        volume_gb=asked["boot_disk_gb"],
        replicated=asked["replicated"],
        os_image=asked["image_url"],
    )
    user_data = operation.reveal_secret()
    return VMCreate(
        cluster_id=asked["cluster_id"],
        configuration_id=asked["configuration_id"],
        name=name,
        boot_disk=boot_disk,
        public_ip=(
            NewPublicIp(name=public_ip_name(name), cluster_id=asked["cluster_id"])
            if asked["public_ip"]
            else None
        ),
        ssh_keys=tuple(asked["ssh_key_ids"]),
        user_data=SecretStr(user_data) if user_data else None,
    )
