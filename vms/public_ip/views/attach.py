from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.fluence import VMAction
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import VM, PublicIp
from vms.public_ip import services
from vms.resource.forms import ChooseForm, ConfirmForm
from vms.resource.selectors.fitting import free_public_ips, vms_that_take
from vms.resource.views import act_on, attach_on, posted, row_or_404

from .acts import LIST, act_of


@team_permission("public_ip:change")
def public_ip_attach(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a VM for an address."""
    address = row_or_404(PublicIp, request, pk)
    vms = vms_that_take(address, VMAction.ADD_PUBLIC_IP)
    form = ChooseForm(posted(request), asks="vm", label=_("VM"), rows=vms)
    none = _("No VM in %(place)s can be given it now: one must be launched, and have none.")
    title = _("Attach %(name)s") % {"name": address.name}
    none = none % {"place": address.city}
    return _attach(request, form, title=title, none=none, target={"address": address})


@team_permission("public_ip:change")
def public_ip_attach_to(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose an address for a VM."""
    vms = VM.objects.select_related("team", "cluster")
    vm = get_object_or_404(vms, team=request.team, pk=pk)
    addresses = free_public_ips(vm.account_id, vm.cluster_id)
    form = ChooseForm(posted(request), asks="address", label=_("Public IP"), rows=addresses)
    none = _("No public IP is free in this place. Reserve one there, or detach one.")
    back = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    title = _("Attach a public IP to %(name)s") % {"name": vm.name}
    return _attach(request, form, title=title, none=none, target={"vm": vm}, back=back)


def _attach(request: TeamRequest, form: ChooseForm, **what: Any) -> HttpResponse:
    done = _("The public IP was attached. Restart the VM to use it.")
    return attach_on(request, LIST, form, services.public_ip_attach, done=done, **what)


@team_permission("public_ip:change")
def public_ip_detach(request: TeamRequest, pk: UUID) -> HttpResponse:
    address = row_or_404(PublicIp, request, pk)
    stays = _("The address stays yours, and goes on costing %(price)s.")
    act = act_of(
        request,
        title=_("Detach %(name)s") % {"name": address.name},
        text=[
            _("The VM can then not be reached at %(address)s.") % {"address": address.address},
            stays % {"price": usd_month(address.price_hour)},
        ],
        button=_("Detach"),
        needs_restart=True,
        done=_("The public IP was detached. The VM lets go of it at its next restart."),
    )
    form = ConfirmForm(posted(request))
    return act_on(request, act, form, services.public_ip_detach, address=address)
