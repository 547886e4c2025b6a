"""What views that begin a batch have in common: asked once by a form, then followed."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.http import HttpResponse
from django.shortcuts import redirect

from controlpanel.teams.access import TeamRequest
from vms.core.errors import VMsError
from vms.models import Batch
from vms.operations.outcomes import form_refuse

from .selectors import batch_for_form


def batch_from_form(
    form: forms.Form, begin: Callable[..., Batch], request: TeamRequest
) -> Batch | None:
    """Begin what the form asks for; None if it was refused, which then stands in the form."""
    key = form.cleaned_data["form_key"]
    try:
        return begin(team=request.team, actor=request.actor, form_key=key)
    except VMsError as refusal:
        form_refuse(form, refusal)
        return None


def batch_sent_before(request: TeamRequest) -> Batch | None:
    """Return the batch that the form has begun already, if it is sent once more."""
    return batch_for_form(team=request.team, form_key=request.POST.get("form_key", ""))


def chosen_ids(request: TeamRequest, name: str) -> list[UUID]:
    """Return the ids that were ticked in boxes of this name; what is no id is left out."""
    data = request.POST if request.method == "POST" else request.GET
    ids = []
    for text in data.getlist(name):
        try:
            ids.append(UUID(text))
        except ValueError:
            continue
    return ids


def batch_follow(request: TeamRequest, batch: Batch) -> HttpResponse:
    return redirect("vms:batch", slug=request.team.slug, pk=batch.pk)
