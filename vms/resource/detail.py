"""One disk or address: all that is known of it, and what may be done with it."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render

from controlpanel.teams.access import TeamRequest
from vms.models import account_of

from .listing import Listing, may_of
from .selectors.pages import row_for_team
from .words import row_words


def detail_page(request: TeamRequest, listing: Listing, pk: UUID) -> HttpResponse:
    """A dialog over the list, or a page of its own, which HTMX asks for anew: 204 while nothing
    of the account has changed.
    """
    account = account_of(request.team)
    row = row_for_team(listing.model, team=request.team, pk=pk)
    if account is None or row is None:
        raise Http404(f"No such {listing.model.TARGET_TYPE} in this team.")
    asked_anew = "revision" in request.GET and bool(request.htmx)
    if asked_anew and request.GET["revision"] == str(account.resources_revision):
        return HttpResponse(status=204)
    context = {
        "listing": listing,
        "row": row,
        "account": account,
        "words": row_words(),
        **may_of(request, listing),
    }
    return render(request, f"vms/resource/{_template(request, asked_anew=asked_anew)}", context)


def _template(request: TeamRequest, *, asked_anew: bool) -> str:
    if asked_anew:
        return "_one.html"
    return "_one_dialog.html" if request.htmx and not request.htmx.boosted else "one.html"
