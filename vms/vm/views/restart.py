from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from vms.models import VM
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.vm import services
from vms.vm.forms.restart import RestartForm
from vms.vm.selectors.many import restart_ways

from .access import vm_or_404


@team_permission("vm:restart")
def vm_restart(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Say what a restart interrupts and ask how, then restart."""
    vm = vm_or_404(request, pk)
    posted = request.POST if request.method == "POST" else None
    form = RestartForm(posted, ways=restart_ways([vm] if vm.is_restartable else []))
    if form.is_bound and form.is_valid() and _restart(request, vm, form):
        url = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    status = 422 if form.errors else 200
    template = "vms/vm/_restart.html" if request.htmx else "vms/vm/restart.html"
    return render(request, template, {"vm": vm, "form": form}, status=status)


def _restart(request: TeamRequest, vm: VM, form: RestartForm) -> bool:
    way, key = form.way, form.cleaned_data["form_key"]
    operation = operation_from_form(
        form, lambda: services.vm_restart(vm=vm, actor=request.actor, way=way, form_key=key)
    )
    if operation:
        words = str(way.told) % {"name": vm.name}
        operation_tell(request, operation, words, while_it_moves=True)
    return operation is not None
