from typing import Any
from uuid import UUID

from django.forms import CheckboxInput
from django.http import HttpResponse
from django.shortcuts import redirect, render

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.models import FluenceAccount, Team
from vms.catalogue.cost import Cost, Total, cost_listed, cost_live
from vms.core.errors import VMsError
from vms.core.names import numbered_names
from vms.models import Operation, SSHKey
from vms.operations.outcomes import form_refuse, operation_tell
from vms.ssh_key.services import ssh_key_create, ssh_key_known
from vms.vm import selectors
from vms.vm.forms.forms import CostForm, DeployForm
from vms.vm.overview import vm_overview_for_team
from vms.vm.reservation import names_require_free
from vms.vm.services.create import vm_create


@team_permission("vm:create")
def vm_deploy(request: TeamRequest) -> HttpResponse:
    """The deploy form; for several VMs a second page says what all of them cost, and asks.

    Without scripts a button shows the configurations of another place.
    """
    account = _account(request.team)
    if account is None:
        return render(request, "vms/vm/deploy_without_account.html")
    only_showing = "show" in request.POST
    form = DeployForm(
        request.POST if request.method == "POST" and not only_showing else None,
        initial=_typed(request) if only_showing else _asked_before(request),
        account=account,
    )
    if form.is_bound and form.is_valid():
        total = _total_to_confirm(request.team, account, form)
        if total:
            return render(request, "vms/vm/deploy_confirm.html", {"form": form, "total": total})
        operations = _deploy(request, form) if form.is_valid() else []
        if operations:
            return _deployed(request, operations)
    context = {"form": form, "cost": _listed_cost(form), "account": account}
    return render(request, "vms/vm/deploy.html", context, status=422 if form.errors else 200)


@team_permission("vm:create")
def configurations(request: TeamRequest) -> HttpResponse:
    """The configurations of the place that was just picked; tells the price to follow."""
    form = DeployForm(
        initial={
            key: request.GET[key] for key in ("cluster", "configuration") if key in request.GET
        },
        account=_account(request.team),
    )
    response = render(request, "vms/vm/_configurations.html", {"form": form})
    response["HX-Trigger-After-Settle"] = "priced"
    return response


@team_permission("vm:create")
def cost(request: TeamRequest) -> HttpResponse:
    """The price of what the form says now, asked of Fluence; 204 while it makes no sense."""
    form = CostForm(request.GET)
    account = _account(request.team)
    if not form.is_valid() or account is None:
        return HttpResponse(status=204)
    asked = form.cleaned_data
    offer = next(
        (
            offer
            for offer in selectors.offers_in_cluster(asked["cluster"])
            if offer.configuration_id == asked["configuration"]
        ),
        None,
    )
    if offer is None:
        return HttpResponse(status=204)
    price = cost_live(
        account,
        offer,
        boot_disk_gb=asked["boot_disk_gb"],
        public_ip=asked["public_ip"],
        count=asked["count"],
    )
    names = numbered_names(asked["name"], asked["count"]) if asked["name"] else []
    return render(request, "vms/vm/_cost.html", {"cost": price, "offer": offer, "names": names})


def _account(team: Team) -> FluenceAccount | None:
    return getattr(team, "account", None)


def _typed(request: TeamRequest) -> dict[str, Any]:
    """What was typed so far, as first values of an unbound form."""
    typed: dict[str, Any] = {key: request.POST[key] for key in request.POST}
    typed["ssh_keys"] = request.POST.getlist("ssh_keys")
    # A hidden copy of a box says "False", an empty box nothing at all.
    typed["public_ip"] = CheckboxInput().value_from_datadict(
        request.POST, request.FILES, "public_ip"
    )
    return typed


def _asked_before(request: TeamRequest) -> dict[str, Any]:
    """What the address asks for: a place and configuration, or a VM that was not made."""
    asked: dict[str, Any] = {
        key: request.GET[key] for key in ("cluster", "configuration") if key in request.GET
    }
    try:
        before = selectors.create_request_of(
            team=request.team, vm_id=UUID(request.GET.get("again", ""))
        )
    except ValueError:
        return asked
    if before is None:
        return asked
    kept = ("name", "boot_disk_gb", "public_ip")
    return {
        "cluster": before["cluster_id"],
        "configuration": before["configuration_id"],
        **{key: before[key] for key in kept},
    }


def _listed_cost(form: DeployForm) -> Cost | None:
    offer = form.chosen_offer
    numbers = CostForm(
        {
            "cluster": form.cluster_id,
            "configuration": form["configuration"].value(),
            "boot_disk_gb": form["boot_disk_gb"].value(),
            "public_ip": form["public_ip"].value(),
            "count": form["count"].value(),
        }
    )
    if offer is None or not numbers.is_valid():
        return None
    asked = numbers.cleaned_data
    return cost_listed(
        offer,
        boot_disk_gb=asked["boot_disk_gb"],
        public_ip=asked["public_ip"],
        count=asked["count"],
    )


def _total_to_confirm(team: Team, account: FluenceAccount, form: DeployForm) -> Total | None:
    """Return what several VMs cost, unless the person has said yes to that very price already.

    Names in use are told here: nobody should weigh a price for what cannot be had.
    """
    data, offer = form.cleaned_data, form.chosen_offer
    if data["count"] == 1 or offer is None:
        return None
    price = cost_live(
        account,
        offer,
        boot_disk_gb=data["boot_disk_gb"],
        public_ip=data["public_ip"],
        count=data["count"],
    )
    if data["confirmed"] == price.total:
        return None
    try:
        names_require_free(account.pk, numbered_names(data["name"], data["count"]))
    except VMsError as refusal:
        form_refuse(form, refusal)
        return None
    running = vm_overview_for_team(team=team).totals.price_hour
    return Total(cost=price, running=running, balance=account.balance)


def _deploy(request: TeamRequest, form: DeployForm) -> list[Operation]:
    """Register the new key, if any, then deploy; a refusal goes beside the form."""
    try:
        extra_key = _new_key(request, form)
        if form.errors:
            return []
        operations = vm_create(
            team=request.team,
            actor=request.actor,
            deployment=form.deployment(extra_key),
            form_key=form.cleaned_data["form_key"],
        )
    except VMsError as refusal:
        form_refuse(form, refusal)
        return []
    if len(operations) == 1 and operations[0].state == Operation.State.FAILED:
        form_refuse(form, operations[0])
        form.renew_key()
        return []
    return operations


def _new_key(request: TeamRequest, form: DeployForm) -> SSHKey | None:
    text = form.cleaned_data["new_key"]
    if not text:
        return None
    known = ssh_key_known(team=request.team, public_key=text)
    if known:
        return known
    name = form.cleaned_data["new_key_name"] or _comment_of(text) or request.actor.name[:100]
    operation = ssh_key_create(
        team=request.team,
        actor=request.actor,
        name=name,
        public_key=text,
        form_key=form.cleaned_data["form_key"],
    )
    if operation.state != Operation.State.SUCCEEDED:
        form.add_error("new_key", operation.message)
    return ssh_key_known(team=request.team, public_key=text)


def _comment_of(public_key: str) -> str:
    return " ".join(public_key.split()[2:])[:100]


def _deployed(request: TeamRequest, operations: list[Operation]) -> HttpResponse:
    batch_id = operations[0].batch_id
    if batch_id:
        return redirect("vms:batch", slug=request.team.slug, pk=batch_id)
    operation_tell(request, operations[0], f"{operations[0].target_name} is being deployed.")
    return redirect("vms:list", slug=request.team.slug)
