from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission
from vms.vm import selectors

from .comparison import compare


@team_permission("vm:view")
def places(request: TeamRequest) -> HttpResponse:
    """Compare what each configuration costs in each place, and where any are left."""
    comparison = compare(
        selectors.clusters_on_offer(),
        selectors.offers_everywhere(),
        family=request.GET.get("family", ""),
    )
    context = {"comparison": comparison, "state": selectors.catalogue_state()}
    return render(request, "vms/catalogue/places.html", context)
