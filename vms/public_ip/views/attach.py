from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from controlpanel.fluence import VMAction
from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import PublicIp
from vms.public_ip import services
from vms.resource.act import Act
from vms.resource.forms import ChooseForm, ConfirmForm
from vms.resource.selectors.fitting import free_public_ips, vm_or_404, vms_that_take
from vms.resource.views import act_on, posted, row_or_404

from .acts import act_of


@team_permission("public_ip:change")
def public_ip_attach(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose a VM for an address."""
    address = row_or_404(PublicIp, request, pk)
    vms = vms_that_take(address, VMAction.ADD_PUBLIC_IP)
    form = ChooseForm(posted(request), asks="vm", label=_("VM"), rows=vms)
    none = _("No VM in %(place)s can be given it now: one must be launched, and have none.")
    title = _("Attach %(name)s") % {"name": address.name}
    act = _attaching(request, form, title=title, none=none % {"place": address.city})
    return act_on(request, act, form, services.public_ip_attach, address=address)


@team_permission("public_ip:change")
def public_ip_attach_to(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Choose an address for a VM."""
    vm = vm_or_404(team=request.team, pk=pk)
    addresses = free_public_ips(vm.account_id, vm.cluster_id)
    form = ChooseForm(posted(request), asks="address", label=_("Public IP"), rows=addresses)
    none = _("No public IP is free in this place. Reserve one there, or detach one.")
    back = reverse("vms:detail", kwargs={"slug": request.team.slug, "pk": vm.pk})
    title = _("Attach a public IP to %(name)s") % {"name": vm.name}
    act = _attaching(request, form, title=title, none=none, back=back)
    return act_on(request, act, form, services.public_ip_attach, vm=vm)


def _attaching(request: TeamRequest, form: ChooseForm, *, none: str, **what: Any) -> Act:
    words = _("The VM uses it after a restart (not a soft reboot).")
    return act_of(
        request,
        text=[none if form.is_empty else words],
        needs_restart=True,
        button="" if form.is_empty else _("Attach"),
        done=_("The public IP was attached. Restart the VM to use it."),
        **what,
    )


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
