from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import PublicIp
from vms.public_ip import services
from vms.resource.act import act_from
from vms.resource.forms import DeleteForm, RenameForm
from vms.resource.views import act_on, posted, row_or_404

LIST = "vms:public-ips"

act_of = partial(act_from, LIST)


@team_permission("public_ip:change")
def public_ip_rename(request: TeamRequest, pk: UUID) -> HttpResponse:
    address = row_or_404(PublicIp, request, pk)
    form = RenameForm(posted(request), initial={"name": address.name}, current=address.name)
    title = _("Rename %(name)s") % {"name": address.name}
    act = act_of(request, title=title, button=_("Rename"), done=_("The public IP was renamed."))
    return act_on(request, act, form, services.public_ip_rename, address=address)


@team_permission("public_ip:delete")
def public_ip_release(request: TeamRequest, pk: UUID) -> HttpResponse:
    address = row_or_404(PublicIp, request, pk)
    words = _("Somebody else may be given %(address)s: it cannot be had back. It saves %(price)s.")
    price = usd_month(address.price_hour)
    act = act_of(
        request,
        title=_("Release %(name)s?") % {"name": address.name},
        warning=words % {"address": address.address or address.name, "price": price},
        button=_("Release %(name)s") % {"name": address.name},
        done=_("The public IP is being released."),
        is_danger=True,
    )
    form = DeleteForm(posted(request), name=address.name)
    return act_on(request, act, form, services.public_ip_release, address=address)
