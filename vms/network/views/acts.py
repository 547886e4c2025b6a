from functools import partial
from uuid import UUID

from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from vms.models import VPC, Resource, SecurityGroup, Subnet
from vms.network import services
from vms.resource.act import act_from
from vms.resource.forms import DeleteForm, RenameForm
from vms.resource.views import act_on, posted, row_or_404

LIST = "vms:networks"
MODELS: dict[str, type[Resource]] = {
    each.TARGET_TYPE: each for each in (VPC, Subnet, SecurityGroup)
}

act_of = partial(act_from, LIST)


def part_or_404(request: TeamRequest, kind: str, pk: UUID) -> Resource:
    """Return the team's VPC, subnet or group."""
    if kind not in MODELS:
        raise Http404("No such kind of network.")
    return row_or_404(MODELS[kind], request, pk)


@team_permission("network:change")
def network_rename(request: TeamRequest, kind: str, pk: UUID) -> HttpResponse:
    row = part_or_404(request, kind, pk)
    form = RenameForm(posted(request), initial={"name": row.name}, current=row.name)
    title = _("Rename %(name)s") % {"name": row.name}
    act = act_of(request, title=title, button=_("Rename"), done=_("It was renamed."))
    return act_on(request, act, form, services.network_rename, row=row)


@team_permission("network:change")
def network_delete(request: TeamRequest, kind: str, pk: UUID) -> HttpResponse:
    row = part_or_404(request, kind, pk)
    texts = {
        VPC: _("It must have no subnets and no security groups any more."),
        Subnet: _("It must have no VMs any more."),
        SecurityGroup: _("No VM may have it any more."),
    }
    act = act_of(
        request,
        title=_("Delete %(name)s?") % {"name": row.name},
        warning=texts[type(row)],
        button=_("Delete %(name)s") % {"name": row.name},
        done=_("It is being deleted."),
        is_danger=True,
    )
    form = DeleteForm(posted(request), name=row.name)
    return act_on(request, act, form, services.network_delete, row=row)
