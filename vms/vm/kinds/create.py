"""Deploying a VM: POST /v2/vms, sent once."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _
from pydantic import SecretStr

from controlpanel.audit.actions import Action
from controlpanel.fluence import VM as RemoteVM
from controlpanel.fluence import (
    BadRequest,
    CallRejected,
    Changes,
    Conflict,
    FluenceClient,
    RateLimited,
    VMCreate,
)
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.errors import NotAllowedNow
from vms.core.revisions import revision_raise
from vms.mirror.account import resources_changed
from vms.models import VM, Operation
from vms.operations.clock import asked_since
from vms.operations.findings import Absent, Finding, Found, Unclear
from vms.operations.kind import Question, Stage
from vms.operations.wishes import Intent, Wish
from vms.vm.reservation import name_require_unreserved, names_require_free

from .base import VMKind, locked_vm, vm_of
from .parts import boot_disk_of, data_disks_of, parts_require_free, parts_take, public_ip_of


class Create(VMKind):
    """A wish's target is a `VM` that has no row yet, or the row of one that was not made.

    The latter is asked for again: its wish has no `changes`, and cloud-init text given anew.
    """

    action = Action.VM_CREATE
    permission = Permission.VM_CREATE
    verb = _("Deploy")
    # It is paid for, and never sent twice. These may have been said by what stands before Fluence.
    doubted = frozenset({BadRequest, CallRejected, RateLimited})
    unseen = "create_unseen"
    over = _("Launched")

    def wishes(self, question: Question) -> Sequence[Wish]:
        """Make rows for new VMs; lock those that are asked for again, before the team."""
        made = [wish for wish in question.targets if wish.changes]
        again = {wish.target.pk: wish for wish in question.targets if not wish.changes}
        locked = VM.objects.select_for_update(no_key=True).filter(pk__in=again).order_by("pk")
        rows = [replace(again[vm.pk], target=vm) for vm in locked]
        revision = revision_raise(question.asking.team.pk)
        for wish in made:
            wish.target.account = question.account
            wish.target.revision_created = revision
        for wish in [*made, *rows]:
            wish.target.revision = revision
        VM.objects.bulk_create([wish.target for wish in made])
        return [*made, *rows]

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow or NameTaken for one that is asked for again."""
        vm, changes, text = wish.target, wish.changes, wish.secret
        parts_require_free(wish.request, question)
        if not changes:
            changes, text = {"name": [None, vm.name]}, _text_again(wish)
            _request_again(vm, question)
        operation = question.operation(
            target_id=vm.target_id,
            target_name=vm.name,
            row=vm,
            request=wish.request,
            reserved_name=vm.name.lower(),
        )
        operation.keep_secret(text)
        return Intent(operation, {**changes, **_cloud_init_change(text)})

    def begun(self, operations: Sequence[Operation]) -> None:
        """After the reservation: a name that another operation just released is mirrored now."""
        names = [operation.target_name for operation in operations]
        own = [UUID(operation.target_id) for operation in operations]
        names_require_free(operations[0].account_id, names, except_for=own)

    def check(self, client: FluenceClient, operation: Operation) -> None:
        """Refuse a name that is in use at Fluence but not mirrored yet."""
        if any(_is_live(vm) for vm in client.vms.find_by_name(operation.target_name)):
            raise Conflict(
                f"a VM named {operation.target_name} already exists in this account",
                code="name_taken",
            )

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteVM:
        return client.vms.create(_request(operation))

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        """Find the one VM by exact name, cluster, configuration and time, not mirrored yet.

        The time tells it from VMs of that name that have ended. One that lives is taken whatever
        its time: `check` found none just before the call.
        """
        matches = [
            vm for vm in client.vms.find_by_name(operation.target_name) if _may_be_it(vm, operation)
        ]
        mirrored = set(
            VM.objects.filter(
                account_id=operation.account_id, remote_id__in=[vm.id for vm in matches]
            ).values_list("remote_id", flat=True)
        )
        unclaimed = [vm for vm in matches if vm.id not in mirrored]
        if len(unclaimed) > 1:
            return Unclear(say("several_made", count=len(unclaimed), name=operation.target_name))
        return Found(unclaimed[0]) if unclaimed else Absent()

    def stage(self, operation: Operation) -> Stage:
        status = vm_of(operation).status
        if status in statuses.STARTING:
            return Stage.GOING_ON
        return Stage.BROKEN if status == statuses.FAILED else Stage.OVER

    def apply(self, operation: Operation, answer: RemoteVM, /) -> None:
        """Mirror the VM, and that it has what was there already."""
        if operation.account_id:
            resources_changed(operation.account_id)
        super().apply(operation, answer)
        parts_take(operation, vm_of(operation))

    def refuse(self, operation: Operation) -> None:
        vm = locked_vm(operation)
        vm.status, vm.said = statuses.REFUSED, operation.said
        vm.revision = revision_raise(operation.team_id)
        vm.save(update_fields=["status", "said", "revision"])

    def told_beside_form(self, operation: Operation) -> None:
        """The form can be sent again, so the list need not show what was refused."""
        vm = locked_vm(operation)
        vm.hidden_at, vm.revision = timezone.now(), revision_raise(operation.team_id)
        vm.save(update_fields=["hidden_at", "revision"])


def _request_again(vm: VM, question: Question) -> None:
    """Save the row, which is locked, as requested once more."""
    account = question.account
    is_waiting = vm.status == statuses.REFUSED and not vm.hidden_at
    if account is None or vm.account_id != account.pk or not is_waiting:
        raise NotAllowedNow(say("vm_not_waiting", name=vm.name))
    name_require_unreserved(account.pk, vm.name)
    names_require_free(account.pk, [vm.name])
    vm.status, vm.said = statuses.REQUESTED, None
    vm.save(update_fields=["status", "said", "revision"])


def _text_again(wish: Wish) -> str:
    """Return the cloud-init text: it was wiped, so that whoever asks again must bring it."""
    if not wish.request.get("has_cloud_init"):
        return ""
    if not wish.secret:
        raise NotAllowedNow(say("vm_text_wiped", name=wish.target.name))
    return wish.secret


def _is_live(vm: RemoteVM) -> bool:
    return statuses.canonical(vm.status) not in statuses.ENDED


def _may_be_it(vm: RemoteVM, operation: Operation) -> bool:
    return is_as_asked(vm, operation) and (vm.created_at >= asked_since(operation) or _is_live(vm))


def is_as_asked(vm: RemoteVM, operation: Operation) -> bool:
    """Whether Fluence's VM has the place and the configuration that were asked for."""
    asked = operation.request["cluster_id"], operation.request["configuration_id"]
    return asked == (vm.cluster_id, vm.configuration_id)


def _request(operation: Operation) -> VMCreate:
    asked = operation.request
    name = operation.target_name
    user_data = operation.reveal_secret()
    return VMCreate(
        cluster_id=asked["cluster_id"],
        configuration_id=asked["configuration_id"],
        name=name,
        boot_disk=boot_disk_of(name, asked),
        data_disks=data_disks_of(name, asked),
        public_ip=public_ip_of(name, asked),
        ssh_keys=tuple(asked["ssh_key_ids"]),
        user_data=SecretStr(user_data) if user_data else None,
    )


def _cloud_init_change(user_data: str) -> dict[str, Any]:
    """Of cloud-init text the log keeps only its size and a digest, which tells equal texts.

    The digest is keyed, so that nobody who reads the log can try out what a short text was.
    """
    if not user_data:
        return {}
    data = user_data.encode()
    digest = salted_hmac("vms.cloud_init", data, algorithm="sha256").hexdigest()
    return {"cloud_init": [None, f"{len(data)} bytes, HMAC-SHA-256 {digest}"]}


CREATE = Create()
