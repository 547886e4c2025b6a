"""Opening the console of a VM: logged before it is made, shown once, and kept nowhere."""

from controlpanel.audit.actions import Action, Outcome
from controlpanel.audit.actors import Actor
from controlpanel.audit.services import audit_record
from controlpanel.fluence import ConsoleToken, FluenceError
from controlpanel.teams.access import permission_require
from controlpanel.teams.permissions import Permission
from controlpanel.ui.messages import say
from vms.core.clients import impatient_client_for
from vms.core.errors import NotAllowedNow, VMsError
from vms.core.explain import explain
from vms.models import VM


def console_token(*, vm: VM, actor: Actor) -> ConsoleToken:
    """Ask Fluence for a token of the VM's console (POST /v2/vms/{vm_id}/vm-api-access-token).

    Raises:
        PermissionDenied: without vm:console.
        NotAllowedNow: Fluence does not have the VM (any more).
        VMsError: Fluence did not make one, in a person's words.
    """
    permission_require(actor=actor, team=vm.team, permission=Permission.VM_CONSOLE)
    if vm.remote_id is None or vm.is_ended or vm.account is None:
        raise NotAllowedNow(say("vm_not_now", name=vm.name, status=vm.status))
    _record(vm, actor, Outcome.REQUESTED)
    try:
        token = impatient_client_for(vm.account).vms.console_token(vm.remote_id)
    except FluenceError as error:
        _record(vm, actor, Outcome.FAILED, error.code)
        raise VMsError(explain(error)) from error
    _record(vm, actor, Outcome.SUCCEEDED)
    return token


def _record(vm: VM, actor: Actor, outcome: Outcome, code: str = "") -> None:
    audit_record(
        team_id=vm.team_id,
        actor=actor,
        action=Action.VM_CONSOLE,
        target=vm.audit_target,
        outcome=outcome,
        error_code=code[:40],
    )
