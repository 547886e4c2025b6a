"""What was typed into the deploy form: now, on the page before, or here some time ago."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, team_permission
from vms.models import Draft, FluenceAccount
from vms.operations.drafts import draft_done, draft_find, draft_keep, draft_typed
from vms.vm.forms.deploy import DeployForm
from vms.vm.selectors.deploy import deploy_choice
from vms.vm.selectors.detail import create_request_of

PAGE = "deploy"


@require_POST
@team_permission("vm:create")
def vm_deploy_draft(request: TeamRequest) -> HttpResponse:
    """Keep what is typed so far, while it is typed."""
    typed_keep(request, request.POST)
    return HttpResponse(status=204)


def typed_keep(request: TeamRequest, sent: QueryDict) -> QueryDict:
    """Keep what was sent; return it with the text that is kept of it."""
    return draft_keep(user=request.user, team=request.team, page=PAGE, sent=sent)


def typed_done(request: TeamRequest) -> None:
    """Wipe what is kept of a form that was deployed, or given up."""
    draft_done(user=request.user, team=request.team, sent=request.POST)


def deploy_form(request: TeamRequest, account: FluenceAccount) -> DeployForm:
    """Return the form as it was sent, or unbound with what was typed or asked for as values."""
    data = typed_keep(request, request.POST) if request.method == "POST" else None
    typed = _typed(data) if data else {}
    initial = typed or _typed_before(request) or _asked_before(request)
    if "show" in request.POST:
        data = None
    cluster = (data or initial).get("cluster") or initial.get("cluster") or ""
    return DeployForm(data, initial=initial, choice=deploy_choice(account, cluster))


def typed_left(request: TeamRequest) -> Draft | None:
    """What the person has typed on another such page and not finished, to be offered on this."""
    if request.method == "POST" or "draft" in request.GET:
        return None
    return draft_find(user=request.user, team=request.team, page=PAGE)


def _typed_before(request: TeamRequest) -> dict[str, Any]:
    """What was typed on the page whose address this is: one has come back to it."""
    key = request.GET.get("draft")
    if key is None:
        return {}
    draft = draft_find(user=request.user, team=request.team, page=PAGE, key=key)
    typed = draft_typed(draft)
    return {**_typed(typed), "typed_at": draft.updated_at} if draft and typed else {}


def _typed(data: QueryDict) -> dict[str, Any]:
    """What was typed so far, as first values of an unbound form."""
    typed: dict[str, Any] = {key: data[key] for key in data}
    typed["ssh_keys"] = data.getlist("ssh_keys")
    return typed


def _asked_before(request: TeamRequest) -> dict[str, Any]:
    """What the address asks for: a place and configuration, or a VM that was not made."""
    asked = {key: request.GET[key] for key in ("cluster", "configuration") if key in request.GET}
    try:
        vm_id = UUID(request.GET.get("again", ""))
    except ValueError:
        return asked
    return create_request_of(team=request.team, vm_id=vm_id) or asked
