"""What is asked of many VMs at once: choose on the list, confirm here, follow on the batch."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from controlpanel.teams.access import TeamRequest, team_permission
from vms.batches import Ending, batch_for_form, ending_of
from vms.errors import VMsError
from vms.forms import TerminateManyForm
from vms.models import Batch
from vms.services.batch import vms_terminate

from .outcomes import form_refuse


@team_permission("vm:terminate")
def terminate_many(request: TeamRequest) -> HttpResponse:
    """List what ends, what stays and is paid for; ask for their number, then begin."""
    sent_before = batch_for_form(team=request.team, form_key=request.POST.get("form_key", ""))
    if sent_before:
        return _follow(request, sent_before)
    ending = ending_of(team=request.team, vm_ids=_chosen(request))
    if not ending.vms and not ending.left_out:
        messages.info(request, "Select the VMs to terminate first.")
        return redirect("vms:list", slug=request.team.slug)
    posted = request.POST if request.method == "POST" else None
    form = TerminateManyForm(posted, count=len(ending.vms))
    if form.is_bound and form.is_valid():
        batch = _terminate(request, ending, form)
        if batch:
            return _follow(request, batch)
    context = {"form": form, "ending": ending}
    status = 422 if form.errors else 200
    return render(request, "vms/terminate_many.html", context, status=status)


def _terminate(request: TeamRequest, ending: Ending, form: TerminateManyForm) -> Batch | None:
    try:
        return vms_terminate(
            team=request.team,
            actor=request.actor,
            vms=ending.vms,
            form_key=form.cleaned_data["form_key"],
        )
    except VMsError as refusal:
        form_refuse(form, refusal)
        return None


def _follow(request: TeamRequest, batch: Batch) -> HttpResponse:
    return redirect("vms:batch", slug=request.team.slug, pk=batch.pk)


def _chosen(request: TeamRequest) -> list[UUID]:
    """Return the ids that were ticked; what is no id is left out."""
    data = request.POST if request.method == "POST" else request.GET
    ids = []
    for text in data.getlist("vm"):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids
