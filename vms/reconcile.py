"""Reconcile: compare all of an account with Fluence's lists, and record each difference."""

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from controlpanel import fluence
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import audit_record
from controlpanel.teams.models import FluenceAccount

from . import statuses
from .clients import client_for
from .health import health_failed, health_ok
from .mirror import EXPAND, catalogue_rows_ensure, mirror_changes, mirror_write, vm_target
from .models import VM, Operation, SSHKey
from .models.operation import OPEN_STATES
from .polling import vm_change_record, vm_lost
from .revisions import revision_raise

EVERY = timedelta(minutes=2)


def accounts_due() -> list[UUID]:
    """Claim and return the accounts whose reconcile is due; each is claimed by one caller."""
    now = timezone.now()
    due = FluenceAccount.objects.filter(reconcile_after__lte=now).values_list("pk", flat=True)
    claimable = FluenceAccount.objects.filter(reconcile_after__lte=now)
    return [pk for pk in due if claimable.filter(pk=pk).update(reconcile_after=now + EVERY)]


def account_reconcile(account_id: UUID) -> None:
    """Read the account's balance, SSH keys and all its VMs, and settle the mirror.

    A failure pauses this account alone, and shows on its team's pages.
    """
    account = FluenceAccount.objects.select_related("team").get(pk=account_id)
    try:
        _balance_read(account)
        _ssh_keys_read(account)
        _vms_read(account)
    except fluence.FluenceError as error:
        pause = health_failed(account, error)
        after = timezone.now() + max(pause, timedelta(seconds=15))
        FluenceAccount.objects.filter(pk=account_id).update(reconcile_after=after)
        return
    health_ok(account)
    FluenceAccount.objects.filter(pk=account_id).update(reconciled_at=timezone.now())


def _balance_read(account: FluenceAccount) -> None:
    balances = client_for(account).account.balances()
    if balances:
        FluenceAccount.objects.filter(pk=account.pk).update(
            balance=balances[0].balance,
            balance_days_left=balances[0].usage_days_left,
            balance_at=timezone.now(),
        )


def _ssh_keys_read(account: FluenceAccount) -> None:
    """Mirror the account's keys. A key whose scopes leave them out is no failure."""
    try:
        keys = list(client_for(account).ssh_keys.iterate())
    except fluence.Forbidden:
        return
    with transaction.atomic():
        SSHKey.objects.filter(account=account).exclude(
            remote_id__in=[key.id for key in keys]
        ).delete()
        for key in keys:
            SSHKey.objects.update_or_create(
                account=account,
                remote_id=key.id,
                defaults={
                    "name": key.name,
                    "public_key": key.public_key,
                    "fingerprint": key.fingerprint,
                    "algorithm": key.algorithm,
                },
            )


def _vms_read(account: FluenceAccount) -> None:
    """Settle every VM that Fluence lists, and then those it should list but does not."""
    began = timezone.now()
    seen: set[str] = set()
    for remote in client_for(account).vms.iterate(expand=EXPAND):
        seen.add(remote.id)
        _vm_settle(account, remote)
    missing = VM.objects.filter(account=account, remote_id__isnull=False, created_at__lt=began)
    for vm in missing.exclude(status__in=statuses.ENDED).exclude(remote_id__in=seen):
        _vm_missing(vm.pk)


@transaction.atomic
def _vm_settle(account: FluenceAccount, remote: fluence.VM) -> None:
    catalogue_rows_ensure(remote)
    vm = VM.objects.select_for_update().filter(account=account, remote_id=remote.id).first()
    if vm is None:
        if _is_foreign(account, remote):
            _vm_import(account, remote)
        return
    if changes := mirror_changes(vm, remote):
        vm_change_record(vm, changes, revision=revision_raise(account.team_id))
    elif vm.absent_since:
        vm.absent_since = None
        vm.save(update_fields=["absent_since"])


def _is_foreign(account: FluenceAccount, remote: fluence.VM) -> bool:
    """Whether a VM without a row was made outside the panel, and is still there.

    One that an open operation may be making is left to that operation.
    """
    if statuses.canonical(remote.status) == "terminated":
        return False
    ours = Operation.objects.filter(
        account=account, kind=Operation.Kind.VM_CREATE, state__in=OPEN_STATES, needs_attention=False
    )
    return not ours.filter(target_name=remote.name).exists()


def _vm_import(account: FluenceAccount, remote: fluence.VM) -> None:
    revision = revision_raise(account.team_id)
    vm = VM(
        team=account.team,
        account=account,
        cluster_id=remote.cluster_id,
        configuration_id=remote.configuration_id,
        revision_created=revision,
    )
    mirror_write(vm, mirror_changes(vm, remote), revision=revision)
    audit_record(
        team_id=account.team_id,
        actor=FLUENCE,
        action=Action.VM_DRIFT,
        target=vm_target(vm),
        changes={"status": [None, vm.status]},
        message="Found at Fluence: made outside the panel.",
    )


@transaction.atomic
def _vm_missing(vm_id: UUID) -> None:
    vm = VM.objects.select_for_update().get(pk=vm_id)
    now = timezone.now()
    vm.absent_since = vm.absent_since or now
    if now >= vm.absent_since + timedelta(seconds=settings.SETTLE_GRACE_SECONDS):
        vm_lost(vm)
    vm.save()
