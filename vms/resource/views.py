"""What the pages of disks, addresses and networks do alike."""

from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest
from vms.core.errors import VMsError
from vms.models import Operation, Resource, account_of
from vms.operations.forms import OnceForm
from vms.operations.outcomes import operation_from_form, operation_tell

from .act import Act, act_from
from .forms import ChooseForm

Row = TypeVar("Row", bound=Resource)


def act_on(
    request: TeamRequest,
    act: Act,
    form: OnceForm,
    service: Callable[..., Operation],
    **target: object,
) -> HttpResponse:
    """Show the form in a dialog, or on a page of its own without scripts; then ask the service."""
    if form.is_bound and form.is_valid() and ask_by(request, act, form, service, **target):
        return go(request, act.afterwards(request.team.slug, {**target, **form.asked}))
    status = 422 if form.errors else 200
    template = "vms/resource/_act.html" if request.htmx else "vms/resource/act.html"
    return render(request, template, {"act": act, "form": form}, status=status)


def create_on(
    request: TeamRequest,
    act: Act,
    form: OnceForm,
    service: Callable[..., Operation],
    **target: object,
) -> HttpResponse:
    """Show the form of something new on a page of its own; then ask the service for it."""
    if account_of(request.team) is None:
        return redirect(act.list_name, slug=request.team.slug)
    if form.is_bound and form.is_valid() and ask_by(request, act, form, service, **target):
        return redirect(act.back)
    status = 422 if form.errors else 200
    return render(request, "vms/resource/create.html", {"form": form, "act": act}, status=status)


def attach_on(
    request: TeamRequest,
    list_name: str,
    form: ChooseForm,
    service: Callable[..., Operation],
    *,
    none: str,
    target: dict[str, object],
    **what: Any,
) -> HttpResponse:
    """Choose what a VM is given, or the VM that is given it; `none` is said where nothing fits."""
    words = _("The VM uses it after a restart (not a soft reboot).")
    act = act_from(
        list_name,
        request,
        text=[none if form.is_empty else words],
        needs_restart=True,
        button="" if form.is_empty else _("Attach"),
        **what,
    )
    return act_on(request, act, form, service, **target)


def ask_by(
    request: TeamRequest,
    act: Act,
    form: OnceForm,
    service: Callable[..., Operation],
    **target: object,
) -> bool:
    """Ask for what the form says, and tell how it stands; a refusal stands in the form."""
    asked = {**target, "team": request.team, "actor": request.actor, **form.asked}
    operation = operation_from_form(form, lambda: service(**asked))
    if operation:
        operation_tell(request, operation, act.done)
    return operation is not None


def settle(
    request: TeamRequest, row: Resource, list_name: str, service: Callable[..., None]
) -> HttpResponse:
    """Do by a button what needs no form: dismiss what was not made, or keep what would go."""
    try:
        service(row, team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    return redirect(list_name, slug=request.team.slug)


def go(request: TeamRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)


def row_or_404(model: type[Row], request: TeamRequest, pk: UUID) -> Row:
    """Return the team's row. Another team's does not exist here."""
    rows = model._default_manager.filter(account__team=request.team, hidden_at=None)
    row = rows.select_related("cluster__datacenter", "account").filter(pk=pk).first()
    if row is None:
        raise Http404(f"No such {model.TARGET_TYPE} in this team.")
    return row


def posted(request: TeamRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None
