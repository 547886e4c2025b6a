"""Showing how a change ended: beside the form if it was refused, as a message otherwise."""

from collections.abc import Callable
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from controlpanel.audit.actions import Action
from controlpanel.teams.access import TeamRequest
from vms.core.errors import VMsError
from vms.models import Operation

from .forms import OnceForm
from .unsettled import change_dismiss, change_for_team

NAME_CODES = frozenset({"name_taken", "conflict"})


def operation_from_form(form: OnceForm, begin: Callable[[], Operation]) -> Operation | None:
    """Call a service for a form; None if it was refused, which then stands in the form."""
    try:
        operation = begin()
    except VMsError as refusal:
        form_refuse(form, refusal)
        return None
    if operation.is_refused:
        form_refuse(form, operation)
        form.renew_key()
        return None
    return operation


def form_refuse(form: forms.Form, refusal: VMsError | Operation) -> None:
    """Put a refusal, ours or Fluence's, beside the field it belongs to, else on top."""
    field: str | None
    if isinstance(refusal, VMsError):
        field = refusal.field
    else:
        field = "name" if refusal.error_code in NAME_CODES else None
    form.add_error(field if field in form.fields else None, str(refusal.message))


def change_dismissed(
    request: TeamRequest, pk: UUID, *, target_type: str, action: Action, back: str
) -> HttpResponse:
    """Take a change that a person has settled off the page, whose URL's name is `back`.

    Raises:
        Http404: the team has no such change.
    """
    operation = change_for_team(team=request.team, target_type=target_type, pk=pk)
    if operation is None:
        raise Http404("No such change in this team.")
    try:
        change_dismiss(operation=operation, actor=request.actor, action=action)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    return redirect(back, slug=request.team.slug)


def operation_tell(
    request: TeamRequest, operation: Operation, done: str, *, while_it_moves: bool = False
) -> None:
    """Tell the person how an operation that was not refused stands: done, or not known yet.

    `while_it_moves`: the words hold until the target, a VM, has come to rest, and go then.
    """
    if operation.state == Operation.State.SUCCEEDED:
        told_of = str(UUID(operation.target_id)) if while_it_moves else ""
        messages.success(request, done, extra_tags=told_of)
    else:
        said = operation.message or _("Under way.")
        messages.warning(request, f"{operation.target_name}: {said}")
