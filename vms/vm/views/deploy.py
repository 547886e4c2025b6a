from typing import cast

from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from vms.catalogue.selectors.cost import Total, cost_listed
from vms.core.errors import KeyRefused, VMsError
from vms.models import FluenceAccount, Operation, account_of
from vms.operations.outcomes import form_refuse, operation_tell
from vms.vm.balance import balance_require
from vms.vm.forms.deploy import DeployForm
from vms.vm.selectors.price import total_to_confirm, total_with
from vms.vm.services import vm_create_was_sent
from vms.vm.services import vm_deploy as deploy

from .deploy_typed import deploy_form, typed_done, typed_keep, typed_left


# Back asks again: a page from the browser's memory would not know the draft.
@never_cache
@team_permission("vm:create")
def vm_deploy(request: TeamRequest) -> HttpResponse:
    """The deploy form; for several VMs, or a dear one, a second page says what it costs, and asks.

    What is typed is kept until it is deployed or given up. Without scripts a button shows the
    configurations of another place.
    """
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/vm/deploy_without_account.html")
    if request.POST.get("show") == "afresh":
        typed_done(request)
        return _go(request, request.path)
    form = deploy_form(request, account)
    if form.is_bound and form.is_valid():
        total = _total_to_confirm(request, account, form)
        if total:
            return render(request, "vms/vm/deploy_confirm.html", {"form": form, "total": total})
        operations = _deploy(request, form) if form.is_valid() else []
        if operations:
            typed_done(request)
            return _deployed(request, operations)
    return _page(request, account, form)


def _page(request: TeamRequest, account: FluenceAccount, form: DeployForm) -> HttpResponse:
    offer, size = form.chosen_offer, form.size()
    cost = cost_listed(offer, size) if offer and size else None
    context = {"form": form, "choice": form.choice, "cost": cost, "account": account}
    total = total_with(request.team, cost) if cost else None
    context |= {"left": typed_left(request), "total": total}
    return render(request, "vms/vm/deploy.html", context, status=422 if form.errors else 200)


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
        balance_require(account, cost_listed(offer, size).total)
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
            _renew(request, form)
        return []
    if len(operations) == 1 and operations[0].is_refused:
        form_refuse(form, operations[0])
        _renew(request, form)
        return []
    return operations


def _renew(request: TeamRequest, form: DeployForm) -> None:
    """It may be sent again, also by who comes back to it later."""
    form.renew_key()
    typed_keep(request, cast(QueryDict, form.data))


def _deployed(request: TeamRequest, operations: list[Operation]) -> HttpResponse:
    first, slug = operations[0], request.team.slug
    if first.batch_id:
        return _go(request, reverse("vms:batch", kwargs={"slug": slug, "pk": first.batch_id}))
    words = _("%(name)s is being deployed.") % {"name": first.target_name}
    operation_tell(request, first, words, while_it_moves=True)
    return _go(request, reverse("vms:list", kwargs={"slug": slug}))


def _go(request: TeamRequest, url: str) -> HttpResponse:
    return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
