from collections.abc import Callable
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.catalogue.selectors.offers import clusters_on_offer
from vms.models import VPC, Operation, SecurityGroup, account_of
from vms.network import services
from vms.network.forms import GroupForm, SubnetForm, VPCForm
from vms.network.selectors import networks_of
from vms.operations.forms import OnceForm
from vms.resource.services import resource_dismiss
from vms.resource.views import create_on, posted, row_or_404, settle

from .acts import LIST, MODELS, act_of


@team_permission("vm:view")
def networks(request: TeamRequest) -> HttpResponse:
    """VPCs with their subnets, and security groups; HTMX gets the body alone, 204 if unchanged."""
    account = account_of(request.team)
    if account is None:
        return render(request, "vms/network/list.html")
    if request.htmx and request.GET.get("revision") == str(account.resources_revision):
        return HttpResponse(status=204)
    may = request.membership.may(Permission.NETWORK_CHANGE)
    context = {
        "account": account,
        "networks": networks_of(account),
        "refused": set(account.refused_kinds) & {"vpc", "subnet", "security_group"},
        "may_change": may and not account.is_read_only,
    }
    template = "vms/network/_list.html" if request.htmx else "vms/network/list.html"
    return render(request, template, context)


@team_permission("network:change")
def vpc_create(request: TeamRequest) -> HttpResponse:
    form = VPCForm(posted(request), clusters=clusters_on_offer())
    title = _("Create a private network (VPC)")
    return _create(request, form, services.vpc_create, title=title)


@team_permission("network:change")
def group_create(request: TeamRequest) -> HttpResponse:
    form = GroupForm(posted(request), clusters=clusters_on_offer())
    return _create(request, form, services.group_create, title=_("Create a security group"))


@team_permission("network:change")
def subnet_create(request: TeamRequest, pk: UUID) -> HttpResponse:
    vpc = row_or_404(VPC, request, pk)
    title = _("Create a subnet of %(name)s") % {"name": vpc.name}
    return _create(
        request, SubnetForm(posted(request)), services.subnet_create, title=title, vpc=vpc
    )


def _create(
    request: TeamRequest,
    form: OnceForm,
    service: Callable[..., Operation],
    *,
    title: str,
    **target: object,
) -> HttpResponse:
    act = act_of(request, title=title, button=_("Create"), done=_("It is being made."))
    return create_on(request, act, form, service, **target)


@require_POST
@team_permission("network:change")
def network_dismiss(request: TeamRequest, kind: str, pk: UUID) -> HttpResponse:
    row = row_or_404(MODELS.get(kind, SecurityGroup), request, pk)
    return settle(request, row, LIST, resource_dismiss)
