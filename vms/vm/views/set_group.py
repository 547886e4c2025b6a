from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from vms.models import VM
from vms.network.selectors import groups_of_place
from vms.operations.outcomes import operation_from_form, operation_tell
from vms.resource.act import Act
from vms.resource.forms import ChooseForm
from vms.resource.views import go, posted
from vms.vm.services import vm_set_group

from .access import vm_or_404


@team_permission("network:change")
def vm_group(request: TeamRequest, pk: UUID, interface: str) -> HttpResponse:
    """Choose a security group for an interface, or none."""
    vm = vm_or_404(request, pk)
    if interface not in {each["id"] for each in vm.interfaces}:
        raise Http404("No such interface of this VM.")
    groups = groups_of_place(vm.account_id, vm.cluster_id)
    form = ChooseForm(
        posted(request), asks="group", label=_("Security group"), rows=groups, none=_("None")
    )
    act = Act(
        title=_("Security group of %(name)s") % {"name": vm.name},
        text=[_("The VM uses it after a restart (not a soft reboot).")],
        button=_("Change"),
        done=_("The security group was changed. Restart the VM to use it."),
        back=reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk}),
        list_name="vms:networks",
    )
    if form.is_bound and form.is_valid() and _set(request, vm, interface, form, act):
        return go(request, act.back)
    status = 422 if form.errors else 200
    template = "vms/resource/_act.html" if request.htmx else "vms/resource/act.html"
    return render(request, template, {"act": act, "form": form}, status=status)


def _set(request: TeamRequest, vm: VM, interface: str, form: ChooseForm, act: Act) -> bool:
    operation = operation_from_form(
        form,
        lambda: vm_set_group(vm=vm, actor=request.actor, interface=interface, **form.asked),
    )
    if operation:
        operation_tell(request, operation, act.done)
    return operation is not None
