"""Registering and deleting a public key: POST /v1/ssh_keys, DELETE /v1/ssh_keys/{ssh_key_id}."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from controlpanel.audit.actions import Action
from controlpanel.fluence import (
    Changes,
    Conflict,
    FluenceClient,
    MalformedAnswer,
    NotFound,
    Unreadable,
)
from controlpanel.fluence import SSHKey as RemoteSSHKey
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.errors import KeyKnown, NotAllowedNow
from vms.core.fitting import fitting
from vms.core.public_keys import key_body
from vms.mirror.ssh_keys import ssh_keys_write
from vms.models import Operation, SSHKey
from vms.models.operation import OPEN_STATES
from vms.operations.findings import Absent, Finding, Found
from vms.operations.kind import Question
from vms.operations.rowless import KindWithoutRow
from vms.operations.wishes import Intent, Wish

from .selectors import ssh_key_known


class SSHKeyKind(KindWithoutRow):
    """A change of the account's keys."""

    target_type: ClassVar[str] = "ssh_key"

    def title(self, count: int) -> str:
        words = ngettext("%(verb)s %(count)s SSH key", "%(verb)s %(count)s SSH keys", count)
        return words % {"verb": self.verb, "count": count}


class RegisterSSHKey(SSHKeyKind):
    """A wish's target is the key's name; `request["public_key"]` its one line."""

    action = Action.SSH_KEY_CREATE
    permission = Permission.SSH_KEY_CREATE
    verb = _("Add")

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises KeyKnown if the account has the key already."""
        public_key = wish.request["public_key"]
        if known := ssh_key_known(team=question.asking.team, public_key=public_key):
            raise KeyKnown(known.name)
        operation = question.operation(target_id="", target_name=wish.target, request=wish.request)
        return Intent(operation, {"public_key": [None, key_body(public_key)]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> RemoteSSHKey:
        """A key that the account has already, maybe under another name, is taken as it is."""
        try:
            return client.ssh_keys.create(operation.target_name, operation.request["public_key"])
        except Conflict:
            known = _same_key(client, operation)
            if known is None:
                raise
            return known

    def apply(self, operation: Operation, answer: RemoteSSHKey, /) -> None:
        operation.target_id = answer.id
        operation.target_name = (
            fitting(Operation, "target_name", answer.name) or operation.target_name
        )
        if operation.account_id:
            ssh_keys_write(operation.account_id, [answer])

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        known = _same_key(client, operation)
        return Absent() if known is None else Found(known)


def _same_key(client: FluenceClient, operation: Operation) -> RemoteSSHKey | None:
    """Return the account's key of this material, whatever its name and comment.

    Raises MalformedAnswer if it may be one that cannot be read.
    """
    wanted = key_body(operation.request["public_key"])
    unreadable: list[Unreadable] = []
    keys = client.ssh_keys.leaving_out(unreadable).iterate()
    known = next((key for key in keys if key_body(key.public_key) == wanted), None)
    if known is None and unreadable:
        raise MalformedAnswer(
            f"An SSH key at Fluence could not be read: {unreadable[0].problem}.",
            code="unreadable_answer",
        )
    return known


class DeleteSSHKey(SSHKeyKind):
    """A wish's target is an `SSHKey`. VMs that have the key keep it."""

    action = Action.SSH_KEY_DELETE
    permission = Permission.SSH_KEY_DELETE
    is_repeatable = True
    verb = _("Delete")

    def intent(self, wish: Wish, question: Question) -> Intent:
        """Raises NotAllowedNow on a second click; the account is locked, so none slips past."""
        key: SSHKey = wish.target
        going = Operation.objects.filter(
            account=question.account,
            kind=self.name,
            target_id=key.remote_id,
            state__in=OPEN_STATES,
        )
        if going.exists():
            raise NotAllowedNow(say("key_going", name=key.name))
        operation = question.operation(target_id=key.remote_id, target_name=key.name)
        return Intent(operation, {"fingerprint": [key.fingerprint, None]})

    def send(self, client: FluenceClient[Changes], operation: Operation) -> None:
        try:
            client.ssh_keys.delete(operation.target_id)
        except NotFound:
            return  # somebody else was quicker; gone is what was asked for

    def apply(self, operation: Operation, _answer: None, /) -> None:
        SSHKey.objects.filter(
            account_id=operation.account_id, remote_id=operation.target_id
        ).delete()

    def look(self, client: FluenceClient, operation: Operation) -> Finding:
        unreadable: list[Unreadable] = []
        ids = {key.id for key in client.ssh_keys.leaving_out(unreadable).iterate()}
        still_there = operation.target_id in ids | {each.id for each in unreadable}
        return Absent() if still_there else Found(None)


REGISTER_SSH_KEY = RegisterSSHKey()
DELETE_SSH_KEY = DeleteSSHKey()
