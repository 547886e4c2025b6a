"""VMs that Fluence no longer lists: absence proves nothing until it has lasted."""

from datetime import timedelta

from django.conf import settings

from controlpanel.audit.actions import Action
from controlpanel.audit.services import audit_append
from controlpanel.ui.messages import say
from vms.core import statuses
from vms.core.clients import fluence_now
from vms.core.revisions import revision_raise
from vms.models import VM

from .drafts import vm_draft
from .intervals import next_poll
from .let_go import vms_let_go


def vm_missing(vm: VM) -> None:
    """Note that a VM was missing from an answer; after the grace period it is lost."""
    now = fluence_now()
    vm.absent_since = vm.absent_since or now
    vm.poll_after = next_poll(vm)
    if now >= vm.absent_since + timedelta(seconds=settings.SETTLE_GRACE_SECONDS):
        vm_lost(vm)
    vm.save()
    vms_let_go([vm])


def vm_lost(vm: VM) -> None:
    """Mark a VM that Fluence no longer knows; the caller saves it."""
    before = vm.status
    vm.status, vm.poll_after, vm.allowed_actions = statuses.LOST, None, []
    vm.said = say("vm_no_longer_listed")
    vm.revision = revision_raise(vm.team_id)
    draft = vm_draft(vm, Action.VM_DRIFT, {"status": [before, vm.status]}, vm.said)
    audit_append(vm.team_id, [draft])
