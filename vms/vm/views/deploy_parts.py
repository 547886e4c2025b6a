"""What the deploy form asks for while it is filled in."""

from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from vms.core.names import name_problem
from vms.models import account_of
from vms.vm.forms.deploy import DeployForm, size_from
from vms.vm.forms.parts import part_names
from vms.vm.selectors.deploy import deploy_choice
from vms.vm.selectors.price import price_live, total_with


@team_permission("vm:create")
def configurations(request: TeamRequest) -> HttpResponse:
    """The configurations of the place that was just picked, and what is free there; tells the
    price to follow.
    """
    names = ("cluster", "configuration", "image", *part_names())
    asked = {key: request.GET[key] for key in names if key in request.GET}
    choice = deploy_choice(account_of(request.team), asked.get("cluster", ""))
    form = DeployForm(initial=asked, choice=choice)
    response = render(request, "vms/vm/_of_place.html", {"form": form, "choice": choice})
    response["HX-Trigger-After-Settle"] = "priced"
    return response


@team_permission("vm:create")
def cost(request: TeamRequest) -> HttpResponse:
    """The price of what the form says now, asked of Fluence; 204 while it makes no sense."""
    account, size = account_of(request.team), size_from(request.GET)
    if account is None or size is None:
        return HttpResponse(status=204)
    name = request.GET.get("name", "").strip()
    problem = name_problem(name) if name else ""
    price = price_live(account, size, "" if problem else name)
    if price is None:
        return HttpResponse(status=204)
    context = {
        "cost": price.cost,
        "total": total_with(request.team, price.cost),
        "offer": price.offer,
        "names": price.names,
        "name_problem": problem,
    }
    return render(request, "vms/vm/_cost.html", context)
