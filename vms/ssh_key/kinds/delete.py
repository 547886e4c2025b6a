"""Deleting a registered public key: DELETE /v1/ssh_keys/{ssh_key_id}."""

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import Changes, FluenceClient, NotFound
from controlpanel.teams.permissions import Permission
from vms.models import Operation, SSHKey
from vms.operations.findings import Absent, Finding, Found

ACTION = Action.SSH_KEY_DELETE
PERMISSION = Permission.SSH_KEY_DELETE
REPEATABLE = True


def target(operation: Operation) -> Target:
    return Target("ssh_key", operation.request["remote_id"], operation.target_name)


def check(client: FluenceClient, operation: Operation) -> None:
    """Nothing to read first: VMs that have the key keep it."""


def send(client: FluenceClient[Changes], operation: Operation) -> None:
    try:
        client.ssh_keys.delete(operation.request["remote_id"])
    except NotFound:
        return  # somebody else was quicker; gone is what was asked for


def apply(operation: Operation, _answer: None) -> None:
    SSHKey.objects.filter(
        account_id=operation.account_id, remote_id=operation.request["remote_id"]
    ).delete()


def refuse(operation: Operation) -> None:
    """The mirror still has the key: nothing to take back."""


def look(client: FluenceClient, operation: Operation) -> Finding:
    remote_id = operation.request["remote_id"]
    still_there = any(key.id == remote_id for key in client.ssh_keys.iterate())
    return Absent() if still_there else Found(None)
