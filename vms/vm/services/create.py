"""Deploying VMs: one while the person waits, many by the workers."""

from dataclasses import dataclass
from decimal import Decimal
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import FluenceAccount, Team
from controlpanel.teams.permissions import Permission
from vms.account.services import account_for_changes
from vms.batch.log import batch_record
from vms.core import statuses
from vms.core.dispatch import operation_dispatch
from vms.core.errors import NameTaken, NotAllowedNow
from vms.core.names import numbered_names
from vms.core.revisions import revision_raise
from vms.models import VM, Batch, Cluster, Configuration, Image, Operation, SSHKey
from vms.operations.engine import Intent, operation_run, operations_begin
from vms.operations.targets import locked_vm
from vms.vm.intents import Asking
from vms.vm.reservation import name_require_unreserved, names_require_free


@dataclass(frozen=True, slots=True, repr=False)
class Deployment:
    """What to deploy. `user_data` is cloud-init text, a secret: hence no repr."""

    name: str
    cluster: Cluster
    configuration: Configuration
    image: Image
    boot_disk_gb: int
    public_ip: bool
    ssh_keys: list[SSHKey]
    user_data: str = ""
    count: int = 1


def vm_create(
    *, team: Team, actor: Actor, deployment: Deployment, form_key: UUID
) -> list[Operation]:
    """Deploy one VM while the person waits, or up to 100 by the workers.

    `form_key` makes a form that is sent twice one deployment: the second call returns the
    operations of the first. With another name or count it is another deployment: somebody went
    back to the form and changed it.

    Raises:
        PermissionDenied: without vm:create.
        NoAccount: no account, or a read-only key.
        NameTaken: names that are in use, named in the message.
    """
    permission_require(actor=actor, team=team, permission=Permission.VM_CREATE)
    key = str(uuid5(form_key, f"{deployment.count} {deployment.name}"))
    try:
        operations = _begin_creates(team, actor, deployment, key)
    except IntegrityError as error:
        operations = _sent_before(team, key)
        if not operations:
            raise NameTaken(
                "A VM of that name is being made at this moment.", field="name"
            ) from error
        return operations
    return _run_now_or_by_workers(operations)


@transaction.atomic(durable=True)
def _begin_creates(
    team: Team, actor: Actor, deployment: Deployment, form_key: str
) -> list[Operation]:
    """Commit all of it at once, in about as many statements for a hundred VMs as for one."""
    account = account_for_changes(team)
    names = numbered_names(deployment.name, deployment.count)
    vms = _requested_vms(account, actor, deployment, names)
    batch = _batch(team, actor, len(names))
    asking = Asking(actor=actor, account=account, batch=batch)
    request, changes = _request(deployment), _changes(deployment)
    intents = []
    for number, vm in enumerate(vms):
        operation = _create(vm, asking, request, deployment.user_data)
        operation.form_key = f"{form_key}:{number}"
        intents.append(Intent(operation, changes))
    operations = operations_begin(intents)
    # After the reservation: a name that was just released by another operation is mirrored now.
    names_require_free(account.pk, names)
    if batch:
        batch_record(batch, actor, Action.BATCH_BEGIN, names)
    return operations


def create_intent_again(earlier: Operation, vm: VM, asking: Asking, user_data: str) -> Intent:
    """Make a VM that was stopped or refused; its row is locked, and is saved as requested.

    Raises:
        NotAllowedNow: it is not as it was left, or had cloud-init text and `user_data` is empty.
        NameTaken: another VM has its name by now, or is being given it.
    """
    if vm.status != statuses.REFUSED or vm.hidden_at or vm.account_id != asking.account.pk:
        raise NotAllowedNow(f"{vm.name} is not waiting to be made any more.")
    user_data = user_data if earlier.request.get("has_cloud_init") else ""
    if earlier.request.get("has_cloud_init") and not user_data:
        raise NotAllowedNow(f"{vm.name}: its cloud-init text is wiped. Paste it again.")
    name_require_unreserved(asking.account.pk, vm.name)
    names_require_free(asking.account.pk, [vm.name])
    vm.status, vm.problem = statuses.REQUESTED, ""
    vm.revision = revision_raise(vm.team_id)
    vm.save(update_fields=["status", "problem", "revision"])
    changes = {"name": [None, vm.name], **_cloud_init_change(user_data)}
    return Intent(_create(vm, asking, earlier.request, user_data), changes)


def _create(vm: VM, asking: Asking, request: dict[str, Any], user_data: str) -> Operation:
    operation = Operation(
        team_id=vm.team_id,
        account=asking.account,
        kind=Operation.Kind.VM_CREATE,
        actor_data=asking.actor.as_json(),
        vm=vm,
        batch=asking.batch,
        target_name=vm.name,
        request=request,
        reserved_name=vm.name.lower(),
    )
    operation.keep_secret(user_data)
    return operation


def _batch(team: Team, actor: Actor, count: int) -> Batch | None:
    """Several VMs are followed, stopped and retried together."""
    if count == 1:
        return None
    kind = Operation.Kind.VM_CREATE
    return Batch.objects.create(team=team, kind=kind, actor_data=actor.as_json())


def _run_now_or_by_workers(operations: list[Operation]) -> list[Operation]:
    if len(operations) > 1:
        for operation in operations:
            operation_dispatch(operation.pk)
        return operations
    operation = operation_run(operations[0].pk, patient=False)
    if operation.state == Operation.State.FAILED:
        _hide_refused(operation)
    return [operation]


@transaction.atomic
def _hide_refused(operation: Operation) -> None:
    """The refusal stands beside the form, so the list need not show it as well."""
    vm = locked_vm(operation)
    vm.hidden_at, vm.revision = timezone.now(), revision_raise(operation.team_id)
    vm.save(update_fields=["hidden_at", "revision"])


def _sent_before(team: Team, form_key: str) -> list[Operation]:
    return list(
        Operation.objects.select_related("vm")
        .filter(team=team, form_key__startswith=f"{form_key}:")
        .order_by("created_at", "form_key")
    )


def _listed_price(deployment: Deployment) -> Decimal | None:
    """USD per hour to show until Fluence tells its own."""
    offer = deployment.cluster.offers.filter(configuration=deployment.configuration).first()
    if offer is None:
        return None
    return offer.cost_hour(boot_disk_gb=deployment.boot_disk_gb, public_ip=deployment.public_ip)


def _requested_vms(
    account: FluenceAccount, actor: Actor, deployment: Deployment, names: list[str]
) -> list[VM]:
    price, revision = _listed_price(deployment), revision_raise(account.team_id)
    vms = [
        VM(
            team_id=account.team_id,
            account=account,
            name=name,
            cluster=deployment.cluster,
            configuration=deployment.configuration,
            vcpu=deployment.configuration.vcpu,
            ram_gb=deployment.configuration.ram_gb,
            image=str(deployment.image),
            ssh_username=deployment.image.username,
            price_hour=price,
            created_by_name=actor.name,
            revision=revision,
            revision_created=revision,
        )
        for name in names
    ]
    return VM.objects.bulk_create(vms)


def _request(deployment: Deployment) -> dict[str, Any]:
    return {
        "cluster_id": deployment.cluster.pk,
        "configuration_id": deployment.configuration.pk,
        "image_url": deployment.image.download_url,
        "boot_disk_gb": deployment.boot_disk_gb,
        "replicated": deployment.cluster.storage_replicated,
        "public_ip": deployment.public_ip,
        "has_cloud_init": bool(deployment.user_data),
        "ssh_key_ids": [key.remote_id for key in deployment.ssh_keys],
    }


def _changes(deployment: Deployment) -> dict[str, Any]:
    """What the log keeps of a deployment."""
    return {
        "place": [None, str(deployment.cluster)],
        "configuration": [None, deployment.configuration.slug],
        "image": [None, str(deployment.image)],
        "boot_disk_gb": [None, deployment.boot_disk_gb],
        "public_ip": [None, deployment.public_ip],
        "ssh_keys": [None, ", ".join(key.name for key in deployment.ssh_keys)],
        **_cloud_init_change(deployment.user_data),
    }


def _cloud_init_change(user_data: str) -> dict[str, Any]:
    """Of cloud-init text the log keeps only size and hash."""
    if not user_data:
        return {}
    data = user_data.encode()
    return {"cloud_init": [None, f"{len(data)} bytes, SHA-256 {sha256(data).hexdigest()}"]}
