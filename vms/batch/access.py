from uuid import UUID

from django.http import Http404

from controlpanel.teams.access import TeamRequest, require_of_request
from vms.models import Batch
from vms.operations.registry import kind_named

from .selectors import batch_for_team


def changeable_or_refused(request: TeamRequest, pk: UUID) -> Batch:
    """Return the team's batch, if the person may do what the batch does."""
    batch = batch_or_404(request, pk)
    require_of_request(request, request.membership, kind_named(batch.kind).permission)
    return batch


def batch_or_404(request: TeamRequest, pk: UUID) -> Batch:
    batch = batch_for_team(team=request.team, batch_id=pk)
    if batch is None:
        raise Http404("No such batch in this team.")
    return batch
