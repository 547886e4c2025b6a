from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.catalogue.selectors.offers import clusters_on_offer
from vms.models import Batch, PublicIp
from vms.public_ip import services
from vms.public_ip.forms import PublicIpForm
from vms.resource.detail import detail_page
from vms.resource.listing import Listing, delete_many_page, list_page
from vms.resource.services import resource_dismiss, resource_keep
from vms.resource.views import create_on, posted, row_or_404, settle

from .acts import LIST, act_of

LISTING = Listing(
    model=PublicIp,
    url_name=LIST,
    template="vms/public_ip/list.html",
    change=Permission.PUBLIC_IP_CHANGE,
    delete=Permission.PUBLIC_IP_DELETE,
)


@team_permission("vm:view")
def public_ips(request: TeamRequest) -> HttpResponse:
    return list_page(request, LISTING)


@team_permission("vm:view")
def public_ip(request: TeamRequest, pk: UUID) -> HttpResponse:
    return detail_page(request, LISTING, pk)


@team_permission("public_ip:create")
def public_ip_reserve(request: TeamRequest) -> HttpResponse:
    places = [each for each in clusters_on_offer() if each.public_ip_price_hour is not None]
    form = PublicIpForm(posted(request), clusters=places)
    done = _("The public IP is being made ready.")
    act = act_of(request, title=_("Reserve a public IP"), button=_("Reserve"), done=done)
    return create_on(request, act, form, services.public_ip_reserve)


@team_permission("public_ip:delete")
def public_ips_release(request: TeamRequest) -> HttpResponse:
    def begin(rows: Iterable[PublicIp], **asked: Any) -> Batch:
        return services.public_ips_release(addresses=rows, **asked)

    return delete_many_page(request, LISTING, begin)


@require_POST
@team_permission("public_ip:create")
def public_ip_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    return settle(request, row_or_404(PublicIp, request, pk), LIST, resource_dismiss)


@require_POST
@team_permission("public_ip:delete")
def public_ip_keep(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Do not delete with its VM what was to be."""
    return settle(request, row_or_404(PublicIp, request, pk), LIST, resource_keep)
