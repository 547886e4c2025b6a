from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.fluence import VMAction
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import VM, Storage
from vms.resource.forms import ChooseForm, ConfirmForm
from vms.resource.selectors.fitting import free_disks, vms_that_take
from vms.resource.views import act_on, attach_on, posted, row_or_404
from vms.storage import services

from .acts import LIST, act_of


@team_permission("storage:change")
def storage_attach(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a VM for a disk."""
    disk = row_or_404(Storage, request, pk)
    vms = vms_that_take(disk, VMAction.ADD_STORAGES)
    form = ChooseForm(posted(request), asks="vm", label=_("VM"), rows=vms)
    none = _("No VM in %(place)s can be given it now: one there must be launched.")
    title = _("Attach %(name)s") % {"name": disk.name}
    none = none % {"place": disk.city}
    return _attach(request, form, title=title, none=none, target={"disk": disk})


@team_permission("storage:change")
def storage_attach_to(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a disk for a VM."""
    vms = VM.objects.select_related("team", "cluster")
    vm = get_object_or_404(vms, team=request.team, pk=pk)
    disks = free_disks(vm.account_id, vm.cluster_id)
    form = ChooseForm(posted(request), asks="disk", label=_("Disk"), rows=disks)
    none = _("No data disk is free in this place. Create one there, or detach one.")
    back = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    title = _("Attach a disk to %(name)s") % {"name": vm.name}
    return _attach(request, form, title=title, none=none, target={"vm": vm}, back=back)


def _attach(request: TeamRequest, form: ChooseForm, **what: Any) -> HttpResponse:
    done = _("The disk was attached. Restart the VM to use it.")
    return attach_on(request, LIST, form, services.storage_attach, done=done, **what)


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
