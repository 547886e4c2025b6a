from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.audit.actions import Action
from controlpanel.teams.access import TeamRequest, require_of_request, team_permission
from controlpanel.teams.permissions import Permission
from vms.core.errors import KeyKnown, VMsError
from vms.models import Operation, account_of
from vms.operations.outcomes import change_dismissed, operation_from_form, operation_tell
from vms.operations.unsettled import unsettled_for_team

from .forms import SSHKeyForm
from .selectors import TARGET_TYPE, ssh_key_for_team, ssh_keys_for_account
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
    account = account_of(request.team)
    context = {
        "form": form,
        "keys": ssh_keys_for_account(account),
        "changes": unsettled_for_team(team=request.team, target_type=TARGET_TYPE),
        "account": account,
    }
    return render(request, "vms/ssh_key/list.html", context, status=422 if form.errors else 200)


@require_POST
@team_permission("ssh_key:delete")
def ssh_key_delete(request: TeamRequest, pk: int) -> HttpResponse:
    """Delete a key at Fluence; VMs that have it keep it."""
    key = ssh_key_for_team(team=request.team, pk=pk)
    if key is None:
        raise Http404("No such key in this team.")
    try:
        operation = delete(ssh_key=key, team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    else:
        _tell_deleted(request, operation)
    return redirect("vms:ssh-keys", slug=request.team.slug)


@require_POST
@team_permission("ssh_key:create")
def ssh_key_change_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Take a change that a person has settled off the page."""
    return change_dismissed(
        request, pk, target_type=TARGET_TYPE, action=Action.SSH_KEY_DISMISS, back="vms:ssh-keys"
    )


def _tell_deleted(request: TeamRequest, operation: Operation) -> None:
    if operation.state == Operation.State.FAILED:
        messages.error(request, operation.message)
    else:
        words = _("%(name)s was deleted.") % {"name": operation.target_name}
        operation_tell(request, operation, words)


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
        operation_tell(request, operation, _added(operation, name))
    return operation is not None


def _added(operation: Operation, name: str) -> str:
    """Say what came of it: an account that has the key already keeps it under its own name."""
    if operation.target_name != name:
        return str(KeyKnown(operation.target_name).message)
    return _("%(name)s was added.") % {"name": name}
