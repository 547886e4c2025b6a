"""Following what was asked of many VMs: live, stoppable, resumable, retryable."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, require_of_request, team_permission
from vms.batches import batch_for_team, batch_progress
from vms.errors import VMsError
from vms.models import Batch
from vms.services import batch as batch_services


@team_permission("vm:view")
def batch_detail(request: TeamRequest, pk: UUID) -> HttpResponse:
    """How each VM stands; HTMX gets the body alone, and nothing (204) while nothing changed."""
    batch = _batch_or_404(request, pk)
    if request.htmx and request.GET.get("revision") == str(request.team.revision):
        return HttpResponse(status=204)
    context = {
        "batch": batch,
        "progress": batch_progress(batch),
        "revision": request.team.revision,
        "may_change": request.membership.may(batch_services.PERMISSIONS[batch.kind]),
    }
    return render(request, "vms/_batch.html" if request.htmx else "vms/batch.html", context)


@require_POST
@team_permission("vm:view")
def batch_stop(request: TeamRequest, pk: UUID) -> HttpResponse:
    def stop(batch: Batch) -> str:
        count = batch_services.batch_stop(batch=batch, actor=request.actor)
        if not count:
            return "Nothing was waiting any more: all of it is under way or done."
        return f"Stopped before they were sent: {count}. What was sent already goes on."

    return _change(request, pk, stop)


@require_POST
@team_permission("vm:view")
def batch_resume(request: TeamRequest, pk: UUID) -> HttpResponse:
    return _change(
        request,
        pk,
        lambda batch: _told(batch_services.batch_resume(batch=batch, actor=request.actor)),
    )


@require_POST
@team_permission("vm:view")
def batch_retry(request: TeamRequest, pk: UUID) -> HttpResponse:
    return _change(
        request,
        pk,
        lambda batch: _told(batch_services.batch_retry(batch=batch, actor=request.actor)),
    )


def _change(request: TeamRequest, pk: UUID, change: Callable[[Batch], str]) -> HttpResponse:
    """Change a batch, if the person may do what the batch does, and show it again."""
    batch = _batch_or_404(request, pk)
    require_of_request(request, request.membership, batch_services.PERMISSIONS[batch.kind])
    try:
        messages.info(request, change(batch))
    except VMsError as refusal:
        messages.error(request, refusal.message)
    return redirect("vms:batch", slug=request.team.slug, pk=batch.pk)


def _told(left_out: list[str]) -> str:
    return " ".join(["Asked again.", *left_out])


def _batch_or_404(request: TeamRequest, pk: UUID) -> Batch:
    batch = batch_for_team(team=request.team, batch_id=pk)
    if batch is None:
        raise Http404("No such batch in this team.")
    return batch
