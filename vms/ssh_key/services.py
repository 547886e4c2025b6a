"""Registering and deleting the account's SSH keys."""

from uuid import UUID

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.dsa import DSAPublicKey
from cryptography.hazmat.primitives.serialization import load_ssh_public_key
from django.core.exceptions import ValidationError
from django.db import transaction

from controlpanel.audit.actions import Action
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import Target, audit_record
from controlpanel.teams.access import permission_require
from controlpanel.teams.models import Team
from controlpanel.teams.permissions import Permission
from vms.account.services import account_for_changes
from vms.core.errors import KeyKnown, NotAllowedNow
from vms.models import Operation, SSHKey
from vms.models.operation import OPEN_STATES
from vms.operations.engine import Intent, operation_begin, operation_run
from vms.operations.once import form_key_of, operation_once
from vms.operations.resume import operation_settle_by_person
from vms.ssh_key.kinds.register import key_body


def validate_public_key(text: str) -> None:
    """Accept what Fluence does: RSA, ECDSA (nistp256, 384, 521) and ED25519, in OpenSSH form.

    Raises:
        ValidationError: with words that say what was pasted instead.
    """
    if "PRIVATE KEY" in text:
        raise ValidationError(
            "This is a private key: never give it away. Paste the line from the .pub file."
        )
    try:
        key = load_ssh_public_key(" ".join(text.split()).encode())
    except (ValueError, UnsupportedAlgorithm) as error:
        raise ValidationError(
            "This is not a public key in OpenSSH form. It is one line that begins with "
            "ssh-ed25519, ssh-rsa or ecdsa-sha2-nistp…"
        ) from error
    if isinstance(key, DSAPublicKey):
        raise ValidationError("DSA keys are not accepted. Use ED25519, ECDSA or RSA.")


def ssh_key_create(
    *, team: Team, actor: Actor, name: str, public_key: str, form_key: UUID | None = None
) -> Operation:
    """Register a public key at Fluence while the person waits; sent twice, a form asks once.

    Raises:
        PermissionDenied: without ssh_key:create.
        NoAccount: no account, or a read-only key.
        KeyKnown: the account has the key already.
    """
    permission_require(actor=actor, team=team, permission=Permission.SSH_KEY_CREATE)

    @transaction.atomic(durable=True)
    def begin(key: str) -> Operation:
        operation = Operation(
            team=team,
            account=account_for_changes(team),
            kind=Operation.Kind.SSH_KEY_CREATE,
            actor_data=actor.as_json(),
            target_name=name,
            request={"public_key": " ".join(public_key.split())},
            form_key=key,
        )
        if known := ssh_key_known(team=team, public_key=public_key):
            raise KeyKnown(known.name)
        return operation_begin(Intent(operation, {"public_key": [None, key_body(public_key)]}))

    key = form_key_of(form_key, Operation.Kind.SSH_KEY_CREATE, name, key_body(public_key))
    return operation_once(team, key, begin, _run_while_waiting)


def ssh_key_delete(*, ssh_key: SSHKey, team: Team, actor: Actor) -> Operation:
    """Delete a registered key at Fluence while the person waits; VMs that have it keep it.

    Raises:
        PermissionDenied: without ssh_key:delete.
        NoAccount: no account, or a read-only key.
        NotAllowedNow: it is being deleted already.
    """
    permission_require(actor=actor, team=team, permission=Permission.SSH_KEY_DELETE)
    with transaction.atomic(durable=True):
        operation = Operation(
            team=team,
            account=account_for_changes(team),
            kind=Operation.Kind.SSH_KEY_DELETE,
            actor_data=actor.as_json(),
            target_name=ssh_key.name,
            request={"remote_id": ssh_key.remote_id},
        )
        _require_not_going(operation)
        operation_begin(Intent(operation, {"fingerprint": [ssh_key.fingerprint, None]}))
    return _run_while_waiting(operation)


def _require_not_going(operation: Operation) -> None:
    """Refuse a second click; the account is locked, so that it cannot slip past."""
    same = Operation.objects.filter(
        account=operation.account, kind=operation.kind, state__in=OPEN_STATES
    )
    if same.filter(request__remote_id=operation.request["remote_id"]).exists():
        raise NotAllowedNow(f"{operation.target_name} is being deleted already.")


def _run_while_waiting(operation: Operation) -> Operation:
    return operation_run(operation.pk, patient=False)


@transaction.atomic
def ssh_key_change_dismiss(*, operation: Operation, actor: Actor) -> None:
    """Close a change of a key that only a person could settle; they say that it is dealt with.

    Raises:
        PermissionDenied: without ssh_key:create.
        NotAllowedNow: it is still being looked at, or it has ended.
    """
    team = operation.team
    permission_require(actor=actor, team=team, permission=Permission.SSH_KEY_CREATE)
    operation.refresh_from_db(from_queryset=Operation.objects.select_for_update(of=("self",)))
    if not operation.needs_attention:
        raise NotAllowedNow(f"{operation.target_name}: there is nothing to settle any more.")
    operation_settle_by_person(operation)
    audit_record(
        team_id=team.pk,
        actor=actor,
        action=Action.SSH_KEY_DISMISS,
        target=Target("ssh_key", operation.request.get("remote_id", ""), operation.target_name),
        operation_id=operation.pk,
    )


def ssh_key_known(*, team: Team, public_key: str) -> SSHKey | None:
    """Return the account's key with the same key material, if it is registered already."""
    wanted = key_body(public_key)
    keys = SSHKey.objects.filter(account__team=team)
    return next((key for key in keys if key_body(key.public_key) == wanted), None)
