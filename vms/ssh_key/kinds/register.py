"""Registering a public key: POST /v1/ssh_keys."""

from controlpanel.audit.actions import Action
from controlpanel.audit.services import Target
from controlpanel.fluence import Changes, FluenceClient
from controlpanel.fluence import SSHKey as RemoteSSHKey
from controlpanel.teams.permissions import Permission
from vms.mirror.fields import ssh_keys_write
from vms.models import Operation
from vms.operations.findings import Absent, Finding, Found

ACTION = Action.SSH_KEY_CREATE
PERMISSION = Permission.SSH_KEY_CREATE
REPEATABLE = False


def target(operation: Operation) -> Target:
    return Target("ssh_key", operation.request.get("remote_id", ""), operation.target_name)


def check(client: FluenceClient, operation: Operation) -> None:
    """Nothing to read first: a key registered twice under two names does no harm."""


def send(client: FluenceClient[Changes], operation: Operation) -> RemoteSSHKey:
    return client.ssh_keys.create(operation.target_name, operation.request["public_key"])


def apply(operation: Operation, answer: RemoteSSHKey) -> None:
    operation.request["remote_id"] = answer.id
    if operation.account_id:
        ssh_keys_write(operation.account_id, [answer])


def refuse(operation: Operation) -> None:
    """Nothing was mirrored: nothing to take back."""


def look(client: FluenceClient, operation: Operation) -> Finding:
    wanted = key_body(operation.request["public_key"])
    for key in client.ssh_keys.iterate():
        if key_body(key.public_key) == wanted:
            return Found(key)
    return Absent()


def key_body(public_key: str) -> str:
    """Return algorithm and key material, without the comment that may differ."""
    return " ".join(public_key.split()[:2])
