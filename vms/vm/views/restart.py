from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from vms.batch.selectors import restart_kinds
from vms.models import VM, Operation
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.vm.forms.many import RestartForm
from vms.vm.services import changes as vm_services

from .access import vm_or_404


@team_permission("vm:restart")
def vm_restart(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Say what a restart interrupts and ask how, then restart."""
    vm = vm_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = RestartForm(posted, kinds=restart_kinds([vm]) if vm.is_restartable else set())
    if form.is_bound and form.is_valid() and _restart(request, vm, form):
        url = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    status = 422 if form.errors else 200
    template = "vms/vm/_restart.html" if request.htmx else "vms/vm/restart.html"
    return render(request, template, {"vm": vm, "form": form}, status=status)


def _restart(request: TeamRequest, vm: VM, form: RestartForm) -> bool:
    is_gentle = form.kind == Operation.Kind.VM_SOFT_REBOOT
    service = vm_services.vm_soft_reboot if is_gentle else vm_services.vm_restart
    key = form.cleaned_data["form_key"]
    operation = operation_from_form(form, lambda: service(vm=vm, actor=request.actor, form_key=key))
    if operation:
        told = "is rebooting" if is_gentle else "is being restarted"
        operation_tell(request, operation, f"{vm.name} {told}.")
    return operation is not None
