"""The lists of disks and of addresses, and what is done to many of them at once."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest
from controlpanel.teams.permissions import Permission
from controlpanel.ui.numbers import page_number
from vms.batch.beginning import batch_follow, batch_from_form, batch_sent_before, chosen_ids
from vms.models import Attachable, Batch, Storage, account_of

from .forms import DeleteManyForm, resource_filter_from
from .selectors.pages import resource_page
from .selectors.totals import resource_totals
from .views import posted
from .words import row_words


@dataclass(frozen=True, slots=True)
class Listing:
    """What differs between the two lists."""

    model: type[Attachable]
    url_name: str
    template: str
    change: Permission
    delete: Permission

    @property
    def is_storage(self) -> bool:
        return self.model is Storage


def list_page(request: TeamRequest, listing: Listing) -> HttpResponse:
    """All of them, or those that are left over; HTMX gets the body alone, and 204 while it is
    unchanged.
    """
    account = account_of(request.team)
    context: dict[str, Any] = {"listing": listing}
    if account is None:
        return render(request, listing.template, context)
    if request.htmx and request.GET.get("revision") == str(account.resources_revision):
        return HttpResponse(status=204)
    filters = resource_filter_from(request.GET)
    number = page_number(request.GET.get("page", ""))
    may = may_of(request, listing)
    context |= {
        "account": account,
        "filters": filters,
        "page": resource_page(listing.model, account, filters, number),
        "totals": resource_totals(account)[listing.model],
        "is_refused": listing.model.TARGET_TYPE in account.refused_kinds,
        "selecting": filters.is_left_over and may["may_delete"],
        "is_read": account.reconciled_at is not None,
        "words": row_words(),
        **may,
    }
    if request.htmx and not request.htmx.boosted:
        return render(request, "vms/resource/_list.html", context)
    return render(request, listing.template, context)


def may_of(request: TeamRequest, listing: Listing) -> dict[str, bool]:
    """Return what the person may do, with a key that may do it."""
    account, may = account_of(request.team), request.membership.may
    writable = account is not None and not account.is_read_only
    return {
        "may_change": writable and may(listing.change),
        "may_delete": writable and may(listing.delete),
    }


def delete_many_page(
    request: TeamRequest, listing: Listing, begin: Callable[..., Batch]
) -> HttpResponse:
    """List what goes and what that saves; ask for their number, then begin."""
    rows = listing.model._default_manager.filter(
        account__team=request.team, hidden_at=None, pk__in=chosen_ids(request, "pick")
    )
    chosen = list(rows.select_related("cluster__datacenter").order_by("name", "pk"))
    if sent := batch_sent_before(request):
        return batch_follow(request, sent)
    if not chosen:
        messages.info(request, _("Select some first."))
        return redirect(f"{_list_url(request, listing)}?show=left-over")
    going = [row for row in chosen if row.is_deletable]
    form = DeleteManyForm(posted(request), count=len(going))
    if form.is_bound and form.is_valid():
        batch = batch_from_form(form, partial(begin, going), request)
        if batch:
            return batch_follow(request, batch)
    context = {
        "form": form,
        "listing": listing,
        "going": going,
        "left_out": [row for row in chosen if not row.is_deletable],
        "saves_hour": sum(row.price_hour or 0 for row in going),
        "unpriced": any(row.price_hour is None for row in going),
        "cancel": f"{_list_url(request, listing)}?show=left-over",
    }
    status = 422 if form.errors else 200
    return render(request, "vms/resource/delete_many.html", context, status=status)


def _list_url(request: TeamRequest, listing: Listing) -> str:
    return reverse(listing.url_name, kwargs={"slug": request.team.slug})
