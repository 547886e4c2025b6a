"""Registering and deleting the account's SSH keys."""

from uuid import UUID

from controlpanel.audit.actors import Actor
from controlpanel.teams.models import Team
from vms.core.public_keys import key_body
from vms.models import Operation, SSHKey
from vms.operations.ask import ask
from vms.operations.once import form_key_of
from vms.operations.wishes import Asking, Wish

from .kinds import DELETE_SSH_KEY, REGISTER_SSH_KEY


def ssh_key_create(
    *, team: Team, actor: Actor, name: str, public_key: str, form_key: UUID | None = None
) -> Operation:
    """Register a public key at Fluence while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without ssh_key:create.
        NoAccount: no account, or a read-only key.
        KeyKnown: the account has the key already.
    """
    wish = Wish(name, {"public_key": " ".join(public_key.split())})
    key = form_key_of(form_key, REGISTER_SSH_KEY.name, name, key_body(public_key))
    return ask(REGISTER_SSH_KEY, [wish], Asking(team=team, actor=actor, key=key)).operation


def ssh_key_delete(*, ssh_key: SSHKey, team: Team, actor: Actor) -> Operation:
    """Delete a registered key at Fluence while the person waits; VMs that have it keep it.

    Raises:
        PermissionDenied: without ssh_key:delete.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: it is being deleted already.
    """
    return ask(DELETE_SSH_KEY, [Wish(ssh_key)], Asking(team=team, actor=actor)).operation
