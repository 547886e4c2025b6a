from django.http import HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest, team_permission

from .selectors.comparison import compare
from .selectors.offers import catalogue_state, clusters_on_offer, offers_everywhere


@team_permission("vm:view")
def places(request: TeamRequest) -> HttpResponse:
    """Compare what each configuration costs in each place, and where any are left."""
    comparison = compare(
        clusters_on_offer(),
        offers_everywhere(),
        family=request.GET.get("family", ""),
    )
    context = {"comparison": comparison, "state": catalogue_state()}
    return render(request, "vms/catalogue/places.html", context)
