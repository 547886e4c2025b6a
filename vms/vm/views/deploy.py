from typing import Any
from uuid import UUID

from django.forms import CheckboxInput
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from vms.catalogue.selectors.cost import Total, cost_listed
from vms.core.errors import KeyRefused, VMsError
from vms.models import FluenceAccount, Operation, account_of
from vms.operations.outcomes import form_refuse, operation_tell
from vms.vm.forms.deploy import DeployForm
from vms.vm.selectors.deploy import deploy_choice
from vms.vm.selectors.detail import create_request_of
from vms.vm.selectors.price import total_to_confirm
from vms.vm.services import vm_create_was_sent
from vms.vm.services import vm_deploy as deploy


@team_permission("vm:create")
def vm_deploy(request: TeamRequest) -> HttpResponse:
    """The deploy form; for several VMs, or a dear one, a second page says what it costs, and asks.

    Without scripts a button shows the configurations of another place.
    """
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/vm/deploy_without_account.html")
    form = _form(request, account)
    if form.is_bound and form.is_valid():
        total = _total_to_confirm(request, account, form)
        if total:
            return render(request, "vms/vm/deploy_confirm.html", {"form": form, "total": total})
        operations = _deploy(request, form) if form.is_valid() else []
        if operations:
            return _deployed(request, operations)
    offer, size = form.chosen_offer, form.size()
    cost = cost_listed(offer, size) if offer and size else None
    context = {"form": form, "choice": form.choice, "cost": cost, "account": account}
    return render(request, "vms/vm/deploy.html", context, status=422 if form.errors else 200)


def _form(request: TeamRequest, account: FluenceAccount) -> DeployForm:
    only_showing = "show" in request.POST
    initial = _typed(request) if only_showing else _asked_before(request)
    data = request.POST if request.method == "POST" and not only_showing else None
    cluster = (data or initial).get("cluster") or initial.get("cluster") or ""
    return DeployForm(data, initial=initial, choice=deploy_choice(account, cluster))


def _typed(request: TeamRequest) -> dict[str, Any]:
    """What was typed so far, as first values of an unbound form."""
    typed: dict[str, Any] = {key: request.POST[key] for key in request.POST}
    typed["ssh_keys"] = request.POST.getlist("ssh_keys")
    # A hidden copy of a box says "False", an empty box nothing at all.
    box = CheckboxInput()
    typed["public_ip"] = box.value_from_datadict(request.POST, request.FILES, "public_ip")
    return typed


def _asked_before(request: TeamRequest) -> dict[str, Any]:
    """What the address asks for: a place and configuration, or a VM that was not made."""
    asked = {key: request.GET[key] for key in ("cluster", "configuration") if key in request.GET}
    try:
        vm_id = UUID(request.GET.get("again", ""))
    except ValueError:
        return asked
    return create_request_of(team=request.team, vm_id=vm_id) or asked


def _total_to_confirm(
    request: TeamRequest, account: FluenceAccount, form: DeployForm
) -> Total | None:
    data, offer, size = form.cleaned_data, form.chosen_offer, form.size()
    if offer is None or size is None:
        return None
    confirmed, name, form_key = data["confirmed"], data["name"], data["form_key"]
    if vm_create_was_sent(team=request.team, form_key=form_key, count=size.count, name=name):
        return None
    try:
        return total_to_confirm(request.team, account, offer, size, name=name, confirmed=confirmed)
    except VMsError as refusal:
        form_refuse(form, refusal)
        return None


def _deploy(request: TeamRequest, form: DeployForm) -> list[Operation]:
    """Deploy; a refusal goes beside the form."""
    try:
        operations = deploy(
            team=request.team,
            actor=request.actor,
            deployment=form.deployment(),
            new_key=form.key_to_register(),
            form_key=form.cleaned_data["form_key"],
        )
    except VMsError as refusal:
        form_refuse(form, refusal)
        if isinstance(refusal, KeyRefused):
            form.renew_key()
        return []
    if len(operations) == 1 and operations[0].is_refused:
        form_refuse(form, operations[0])
        form.renew_key()
        return []
    return operations


def _deployed(request: TeamRequest, operations: list[Operation]) -> HttpResponse:
    first = operations[0]
    if first.batch_id:
        return redirect("vms:batch", slug=request.team.slug, pk=first.batch_id)
    words = _("%(name)s is being deployed.") % {"name": first.target_name}
    operation_tell(request, first, words, while_it_moves=True)
    return redirect("vms:list", slug=request.team.slug)
