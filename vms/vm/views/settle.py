from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from vms.core.errors import VMsError
from vms.models import VM, account_of
from vms.operations.outcomes import form_refuse
from vms.vm.forms.settle import SettleForm
from vms.vm.unseen import MOST_FOUND, unseen_create, vm_is, vm_not_there, vms_it_may_be

from .access import vm_or_404


@team_permission("vm:create")
def vm_settle(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Ask a person what has become of a create that Fluence never showed, and act on it."""
    vm = vm_or_404(request, pk)
    operation = unseen_create(vm)
    if operation is None:
        return _settled_meanwhile(request, vm)
    may_be = vms_it_may_be(operation).select_related("cluster__datacenter", "configuration")
    found = list(may_be[:MOST_FOUND])
    form = SettleForm(request.POST if request.method == "POST" else None, found=found)
    if form.is_bound and form.is_valid() and (address := _settle(request, vm, form)):
        return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
    context = {"vm": vm, "form": form, "found": found, "account": account_of(request.team)}
    template = "vms/vm/_settle_form.html" if request.htmx else "vms/vm/settle.html"
    return render(request, template, context, status=422 if form.errors else 200)


def _settle(request: TeamRequest, vm: VM, form: SettleForm) -> str:
    """Do what was answered; return where to go, or nothing if it was refused."""
    found, slug = form.found, request.team.slug
    try:
        if found is None:
            vm_not_there(vm=vm, actor=request.actor)
            return f"{reverse('vms:create', kwargs={'slug': slug})}?again={vm.pk}"
        vm_is(vm=vm, found=found, actor=request.actor)
    except VMsError as refusal:
        form_refuse(form, refusal)
        return ""
    messages.success(request, _("%(name)s is found.") % {"name": vm.name})
    return reverse("vms:detail", kwargs={"slug": slug, "pk": vm.pk})


def _settled_meanwhile(request: TeamRequest, vm: VM) -> HttpResponse:
    """A dialog that was opened before it was settled leads to the VM."""
    if vm.hidden_at:
        raise Http404("Nothing is to be settled.")
    messages.info(request, _("%(name)s: there is nothing to settle any more.") % {"name": vm.name})
    address = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    return HttpResponseClientRedirect(address) if request.htmx else redirect(address)
