from uuid import UUID

from django.http import Http404

from controlpanel.teams.access import TeamRequest
from controlpanel.teams.permissions import Permission
from vms.models import VM, account_of
from vms.vm.selectors.detail import vm_for_team


def vm_or_404(request: TeamRequest, pk: UUID) -> VM:
    """Return the team's VM. Another team's VM does not exist here."""
    vm = vm_for_team(team=request.team, vm_id=pk)
    if vm is None:
        raise Http404("No such VM in this team.")
    return vm


def is_selecting(request: TeamRequest) -> bool:
    """Whether the list is shown with a box for each VM, for somebody who can do something to it."""
    may, account = request.membership.may, account_of(request.team)
    if account and account.is_read_only:
        return False
    changes = (Permission.VM_RENAME, Permission.VM_RESTART, Permission.VM_TERMINATE)
    return "select" in request.GET and any(may(permission) for permission in changes)
