"""Following what was asked of many VMs: live, stoppable, resumable, retryable."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.numbers import page_number
from vms.core.errors import VMsError
from vms.models import Batch
from vms.operations.registry import kind_named

from . import services as batch_services
from .access import batch_or_404, changeable_or_refused
from .again import user_data_done, user_data_form
from .selectors import batch_progress, batches_for_team


@team_permission("vm:view")
def batches(request: TeamRequest) -> HttpResponse:
    """What was asked of many VMs so far, the newest first; HTMX as for one batch."""
    if request.htmx and request.GET.get("revision") == str(request.team.revision):
        return HttpResponse(status=204)
    page = batches_for_team(team=request.team, number=page_number(request.GET.get("page", "")))
    template = "vms/batch/_list.html" if request.htmx else "vms/batch/list.html"
    return render(request, template, {"page": page, "revision": request.team.revision})


@team_permission("vm:view")
def batch_detail(request: TeamRequest, pk: UUID) -> HttpResponse:
    """How each VM stands; HTMX gets the body alone, and nothing (204) while nothing changed."""
    batch = batch_or_404(request, pk)
    if request.htmx and request.GET.get("revision") == str(request.team.revision):
        return HttpResponse(status=204)
    context = {
        "batch": batch,
        "progress": batch_progress(batch),
        "revision": request.team.revision,
        "may_change": request.membership.may(kind_named(batch.kind).permission),
    }
    template = "vms/batch/_detail.html" if request.htmx else "vms/batch/detail.html"
    return render(request, template, context)


@require_POST
@team_permission("vm:view")
def batch_stop(request: TeamRequest, pk: UUID) -> HttpResponse:
    batch = changeable_or_refused(request, pk)

    def stop() -> str:
        count = batch_services.batch_stop(batch=batch, actor=request.actor)
        if not count:
            return _("Nothing was waiting any more: all of it is under way or done.")
        words = _("Stopped before they were sent: %(count)s. What was sent already goes on.")
        return words % {"count": count}

    return _change(request, batch, stop)


@team_permission("vm:view")
def batch_resume(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Ask again for what was stopped; with cloud-init text, a form asks for that first."""
    batch = changeable_or_refused(request, pk)
    needs_text = batch_progress(batch).stopped_need_text
    return _ask_again(request, batch, batch_services.batch_resume, needs_text, _("Resume"))


@team_permission("vm:view")
def batch_retry(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Ask again for what failed; with cloud-init text, a form asks for that first."""
    batch = changeable_or_refused(request, pk)
    needs_text = batch_progress(batch).failed_need_text
    words = _("Retry the failed ones")
    return _ask_again(request, batch, batch_services.batch_retry, needs_text, words)


def _ask_again(
    request: TeamRequest,
    batch: Batch,
    service: Callable[..., list[str]],
    needs_text: bool,
    words: str,
) -> HttpResponse:
    if not needs_text and request.method != "POST":
        return _back(request, batch)
    form = user_data_form(request, batch, needs_text=needs_text)
    if not form.is_valid():
        template = "vms/batch/_again.html" if request.htmx else "vms/batch/again.html"
        context = {"batch": batch, "progress": batch_progress(batch), "form": form, "words": words}
        return render(request, template, context, status=422 if form.errors else 200)
    text = form.cleaned_data["user_data"]

    def ask() -> str:
        left_out = service(batch=batch, actor=request.actor, user_data=text)
        user_data_done(request)
        return " ".join([_("Asked again."), *left_out])

    return _change(request, batch, ask)


def _change(request: TeamRequest, batch: Batch, change: Callable[[], str]) -> HttpResponse:
    """Change a batch, and show it again."""
    try:
        messages.info(request, change())
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    return _back(request, batch)


def _back(request: TeamRequest, batch: Batch) -> HttpResponse:
    url = reverse("vms:batch", kwargs={"slug": request.team.slug, "pk": batch.pk})
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
