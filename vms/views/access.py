from uuid import UUID

from django.http import Http404

from controlpanel.teams.access import TeamRequest
from vms.models import VM
from vms.selectors import vm_for_team


def vm_or_404(request: TeamRequest, pk: UUID) -> VM:
    """Return the team's VM. Another team's VM does not exist here."""
    vm = vm_for_team(team=request.team, vm_id=pk)
    if vm is None:
        raise Http404("No such VM in this team.")
    return vm
