from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django_htmx.http import HttpResponseClientRedirect

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.models import VM, account_of
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.resource.selectors.of_vm import belongings_of
from vms.vm import services
from vms.vm.forms.terminate import TerminateForm

from .access import vm_or_404


@team_permission("vm:terminate")
def vm_terminate(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Ask for the VM's name, say what will not be deleted, then terminate."""
    vm = vm_or_404(request, pk)
    account, may = account_of(request.team), request.membership.may
    can_delete = may(Permission.STORAGE_DELETE) and may(Permission.PUBLIC_IP_DELETE)
    form = TerminateForm(
        request.POST if request.method == "POST" else None,
        vm=vm,
        parts=belongings_of(vm).all if can_delete else [],
        deletes=bool(account and account.deletes_rest),
    )
    if request.method == "POST" and form.is_valid() and _terminate(request, vm, form):
        url = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
        return HttpResponseClientRedirect(url) if request.htmx else redirect(url)
    status = 422 if form.errors else 200
    template = "vms/vm/_terminate.html" if request.htmx else "vms/vm/terminate.html"
    return render(request, template, {"vm": vm, "form": form}, status=status)


def _terminate(request: TeamRequest, vm: VM, form: TerminateForm) -> bool:
    operation = operation_from_form(
        form,
        lambda: services.vm_terminate(
            vm=vm,
            actor=request.actor,
            delete=form.to_delete,
            form_key=form.cleaned_data["form_key"],
        ),
    )
    if operation:
        words = _("%(name)s is being terminated.") % {"name": vm.name}
        operation_tell(request, operation, words, while_it_moves=True)
    return operation is not None
