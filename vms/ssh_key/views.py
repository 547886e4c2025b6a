from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, require_of_request, team_permission
from controlpanel.teams.permissions import Permission
from vms.core.errors import VMsError
from vms.models import Operation, SSHKey
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.vm import selectors
from vms.vm.forms.forms import SSHKeyForm

from .services import ssh_key_change_dismiss as change_dismiss
from .services import ssh_key_create
from .services import ssh_key_delete as delete


@team_permission("ssh_key:view")
def ssh_keys(request: TeamRequest) -> HttpResponse:
    """The account's keys, and the form to add one."""
    form = SSHKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_of_request(request, request.membership, Permission.SSH_KEY_CREATE)
        if form.is_valid() and _create(request, form):
            return redirect("vms:ssh-keys", slug=request.team.slug)
    account = getattr(request.team, "account", None)
    context = {
        "form": form,
        "keys": selectors.ssh_keys_for_account(account),
        "changes": selectors.ssh_key_changes_for_team(team=request.team),
        "account": account,
    }
    return render(request, "vms/ssh_key/list.html", context, status=422 if form.errors else 200)


@require_POST
@team_permission("ssh_key:delete")
def ssh_key_delete(request: TeamRequest, pk: int) -> HttpResponse:
    """Delete a key at Fluence; VMs that have it keep it."""
    key = get_object_or_404(SSHKey, pk=pk, account__team=request.team)
    try:
        operation = delete(ssh_key=key, team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, refusal.message)
    else:
        _tell_deleted(request, operation)
    return redirect("vms:ssh-keys", slug=request.team.slug)


@require_POST
@team_permission("ssh_key:create")
def ssh_key_change_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Take a change that a person has settled off the page."""
    operation = get_object_or_404(Operation, pk=pk, team=request.team, kind__in=selectors.KEY_KINDS)
    try:
        change_dismiss(operation=operation, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, refusal.message)
    return redirect("vms:ssh-keys", slug=request.team.slug)


def _tell_deleted(request: TeamRequest, operation: Operation) -> None:
    if operation.state == Operation.State.FAILED:
        messages.error(request, operation.message)
    else:
        operation_tell(request, operation, f"{operation.target_name} was deleted.")


def _create(request: TeamRequest, form: SSHKeyForm) -> bool:
    name, text = form.cleaned_data["name"], form.cleaned_data["public_key"]
    operation = operation_from_form(
        form,
        lambda: ssh_key_create(
            team=request.team,
            actor=request.actor,
            name=name,
            public_key=text,
            form_key=form.cleaned_data["form_key"],
        ),
    )
    if operation:
        operation_tell(request, operation, f"{name} was added.")
    return operation is not None
