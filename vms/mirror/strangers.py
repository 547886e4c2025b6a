"""VMs that Fluence lists and no row names: joined to what made them, reclaimed, or imported."""

from collections.abc import Callable, Collection, Sequence

from django.db import transaction

from controlpanel import fluence
from controlpanel.audit.actions import Action
from controlpanel.audit.actors import FLUENCE
from controlpanel.audit.services import audit_record
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.revisions import revision_raise
from vms.models import VM, FluenceAccount

from .account import account_lock, names_being_made
from .catalogue_rows import catalogue_rows_ensure
from .chunks import vm_change_record
from .fields import mirror_changes, mirror_write

# Those who may know more of a stranger, with the account locked: they return the ids of the VMs
# that they have taken up. The app fills it when it starts: the mirror knows no operations.
Claim = Callable[[FluenceAccount, Sequence[fluence.VM]], Collection[str]]
CLAIMS: list[Claim] = []


@transaction.atomic
def strangers_take_in(account: FluenceAccount, strangers: list[fluence.VM]) -> None:
    """Make rows for VMs that have none, unless a claim knows them: they were made elsewhere.

    One that an open operation may be making is left to that operation. These are read first: one
    that ended just before has its VM in the mirror by the time that is read.
    """
    if not account_lock(account):
        return
    being_made = names_being_made(account)
    ids = [remote.id for remote in strangers]
    mirrored = set(
        VM.objects.filter(account=account, remote_id__in=ids).values_list("remote_id", flat=True)
    )
    left_over = {
        vm.remote_id: vm
        for vm in VM.objects.select_for_update(no_key=True).filter(
            team=account.team, account=None, remote_id__in=ids
        )
    }
    catalogue_rows_ensure(strangers)
    unknown = [vm for vm in strangers if vm.id not in mirrored and vm.name not in being_made]
    claimed = {pk for claim in CLAIMS for pk in claim(account, unknown)}
    for remote in unknown:
        if remote.id in claimed:
            continue
        if vm := left_over.get(remote.id):
            _vm_reclaim(account, vm, remote)
        elif statuses.canonical(remote.status) != statuses.TERMINATED:
            _vm_import(account, remote)


def _vm_reclaim(account: FluenceAccount, vm: VM, remote: fluence.VM) -> None:
    """Take up a VM again that was left over when the account was disconnected."""
    vm.account = account
    vm_change_record(vm, mirror_changes(vm, remote), revision=revision_raise(account.team_id))


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
        target=vm.audit_target,
        changes={"status": [None, vm.status]},
        said=say("made_outside"),
    )
