from collections.abc import Callable
from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, require_of_request, team_permission
from controlpanel.teams.permissions import Permission
from vms.account.forms import AccountForm
from vms.billing.selectors.ledger import ledger_of
from vms.core.errors import VMsError
from vms.models import account_of
from vms.models.account import LOW_BALANCE_DAYS
from vms.operations.outcomes import form_refuse

from .scopes import abilities_of, all_scopes
from .selectors import unreadable_of
from .services import account_connect, account_set_default, account_set_low_balance
from .services import account_disconnect as disconnect


@team_permission("account:view")
def account(request: TeamRequest) -> HttpResponse:
    """The team's Fluence account as last read, and the form for a (new) API key."""
    form = AccountForm(request.POST if request.method == "POST" else None)
    if request.method == "POST":
        require_of_request(request, request.membership, Permission.ACCOUNT_CONNECT)
        if form.is_valid() and _connect(request, form):
            return redirect("vms:account", slug=request.team.slug)
    found = account_of(request.team)
    context = {
        "form": form,
        "account": found,
        "ledger": ledger_of(request.team),
        "low_balance_choices": LOW_BALANCE_DAYS,
        "unreadable": unreadable_of(found),
        "abilities": abilities_of(found) if found else [],
        "all_scopes": all_scopes(),
    }
    return render(request, "vms/account/account.html", context, status=422 if form.errors else 200)


@require_POST
@team_permission("account:connect")
def account_disconnect(request: TeamRequest) -> HttpResponse:
    """Forget the API key."""
    try:
        disconnect(team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    else:
        words = _("The Fluence account is disconnected. Its VMs run on at Fluence.")
        messages.success(request, words)
    return redirect("vms:account", slug=request.team.slug)


@require_POST
@team_permission("account:connect")
def account_default(request: TeamRequest) -> HttpResponse:
    """Set what becomes of a terminated VM's disks and public IP where nobody says otherwise."""
    deletes_rest = request.POST.get("rest") == "delete"
    return _set(request, partial(account_set_default, deletes_rest=deletes_rest))


@require_POST
@team_permission("account:connect")
def account_low_balance(request: TeamRequest) -> HttpResponse:
    """Set of how many days left the team is told."""
    sent = request.POST.getlist("days")
    days = [each for each in LOW_BALANCE_DAYS if str(each) in sent]
    return _set(request, partial(account_set_low_balance, days=days))


def _set(request: TeamRequest, service: Callable[..., None]) -> HttpResponse:
    try:
        service(team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    else:
        messages.success(request, _("Saved."))
    return redirect("vms:account", slug=request.team.slug)


def _connect(request: TeamRequest, form: AccountForm) -> bool:
    try:
        connected = account_connect(
            team=request.team, actor=request.actor, api_key=form.cleaned_data["api_key"].strip()
        )
    except VMsError as refusal:
        form_refuse(form, refusal)
        return False
    words = _("Connected to %(email)s. Its VMs appear within a minute.")
    messages.success(request, words % {"email": connected.email})
    if not connected.can_write:
        words = _("The key is read-only: VMs are shown but cannot be changed.")
        messages.warning(request, words)
    return True
