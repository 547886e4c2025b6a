from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.fluence import VMAction
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import Storage
from vms.resource.act import Act
from vms.resource.forms import ChooseForm, ConfirmForm
from vms.resource.selectors.fitting import free_disks, vm_or_404, vms_that_take
from vms.resource.views import act_on, posted, row_or_404
from vms.storage import services

from .acts import act_of


@team_permission("storage:change")
def storage_attach(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a VM for a disk."""
    disk = row_or_404(Storage, request, pk)
    vms = vms_that_take(disk, VMAction.ADD_STORAGES)
    form = ChooseForm(posted(request), asks="vm", label=_("VM"), rows=vms)
    none = _("No VM in %(place)s can be given it now: one there must be launched.")
    title = _("Attach %(name)s") % {"name": disk.name}
    act = _attaching(request, form, title=title, none=none % {"place": disk.city})
    return act_on(request, act, form, services.storage_attach, disk=disk)


@team_permission("storage:change")
def storage_attach_to(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a disk for a VM."""
    vm = vm_or_404(team=request.team, pk=pk)
    disks = free_disks(vm.account_id, vm.cluster_id)
    form = ChooseForm(posted(request), asks="disk", label=_("Disk"), rows=disks)
    none = _("No data disk is free in this place. Create one there, or detach one.")
    back = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    title = _("Attach a disk to %(name)s") % {"name": vm.name}
    act = _attaching(request, form, title=title, none=none, back=back)
    return act_on(request, act, form, services.storage_attach, vm=vm)


def _attaching(request: TeamRequest, form: ChooseForm, *, none: str, **what: Any) -> Act:
    words = _("The VM uses it after a restart (not a soft reboot).")
    return act_of(
        request,
        text=[none if form.is_empty else words],
        needs_restart=True,
        button="" if form.is_empty else _("Attach"),
        done=_("The disk was attached. Restart the VM to use it."),
        **what,
    )


@team_permission("storage:change")
def storage_detach(request: TeamRequest, pk: UUID) -> HttpResponse:
    disk = row_or_404(Storage, request, pk)
    stays = _("The disk and what is on it stay, and go on costing %(price)s.")
    act = act_of(
        request,
        title=_("Detach %(name)s") % {"name": disk.name},
        text=[
            _("Unmount it in the VM first: what is written to it meanwhile may be lost."),
            stays % {"price": usd_month(disk.price_hour)},
        ],
        button=_("Detach"),
        needs_restart=True,
        done=_("The disk was detached. The VM lets go of it at its next restart."),
    )
    return act_on(request, act, ConfirmForm(posted(request)), services.storage_detach, disk=disk)
