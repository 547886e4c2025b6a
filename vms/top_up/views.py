from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from controlpanel.audit.actions import Action
from controlpanel.teams.access import TeamRequest, require_of_request, team_permission
from controlpanel.teams.permissions import Permission
from controlpanel.ui.numbers import page_number
from vms.billing.selectors.ledger import ledger_of
from vms.core.errors import VMsError
from vms.models import Operation, TopUp, account_of
from vms.operations.outcomes import change_dismissed, operation_from_form, operation_tell
from vms.operations.unsettled import unsettled_for_team

from .forms import TopUpForm
from .selectors import may_top_up, payment_methods_of, top_up_for_team, top_up_page
from .services import top_up_cancel as cancel
from .services import top_up_create, top_up_payment_url


@team_permission("account:view")
def top_ups(request: TeamRequest) -> HttpResponse:
    """What was paid in and what waits for its payment, and the form to pay in."""
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/top_up/list.html")
    posted = request.POST if request.method == "POST" else None
    form = TopUpForm(posted, methods=payment_methods_of(account))
    if posted is not None:
        require_of_request(request, request.membership, Permission.TOP_UP_CREATE)
        if form.is_valid() and _create(request, form):
            return redirect("vms:top-ups", slug=request.team.slug)
    context = {
        "form": form,
        "account": account,
        "ledger": ledger_of(request.team),
        "page": top_up_page(account, page_number(request.GET.get("page", ""))),
        "changes": unsettled_for_team(team=request.team, target_type=TopUp.TARGET_TYPE),
        "key_may": may_top_up(account),
    }
    if request.htmx and request.htmx.target == "top-ups":
        return render(request, "vms/top_up/_list.html", context)
    return render(request, "vms/top_up/list.html", context, status=422 if form.errors else 200)


@never_cache
@require_safe
@team_permission("top_up:create")
def top_up_pay(request: TeamRequest, pk: int) -> HttpResponse:
    """Lead to the page where it is paid, which is not ours."""
    try:
        top_up = _top_up_or_404(request, pk)
        url = top_up_payment_url(top_up=top_up, team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
        return redirect("vms:top-ups", slug=request.team.slug)
    return HttpResponseRedirect(url)


@require_POST
@team_permission("top_up:create")
def top_up_cancel(request: TeamRequest, pk: int) -> HttpResponse:
    """Give up one that is not paid."""
    try:
        top_up = _top_up_or_404(request, pk)
        operation = cancel(top_up=top_up, team=request.team, actor=request.actor)
    except VMsError as refusal:
        messages.error(request, str(refusal.message))
    else:
        if operation.state == Operation.State.FAILED:
            messages.error(request, operation.message)
        else:
            words = _("The top-up of %(amount)s is canceled.")
            operation_tell(request, operation, words % {"amount": operation.target_name})
    return redirect("vms:top-ups", slug=request.team.slug)


@require_POST
@team_permission("top_up:create")
def top_up_change_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Take a change that a person has settled off the page."""
    return change_dismissed(
        request, pk, target_type=TopUp.TARGET_TYPE, action=Action.TOP_UP_DISMISS, back="vms:top-ups"
    )


def _top_up_or_404(request: TeamRequest, pk: int) -> TopUp:
    top_up = top_up_for_team(team=request.team, pk=pk)
    if top_up is None:
        raise Http404("No such top-up in this team.")
    return top_up


def _create(request: TeamRequest, form: TopUpForm) -> bool:
    operation = operation_from_form(
        form, lambda: top_up_create(team=request.team, actor=request.actor, **form.asked)
    )
    if operation:
        words = _("The top-up is made. The balance grows when it is paid.")
        operation_tell(request, operation, words)
    return operation is not None
