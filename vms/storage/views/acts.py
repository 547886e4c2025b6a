from functools import partial
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.ui.money import usd_month
from vms.models import Storage
from vms.resource.act import act_from
from vms.resource.forms import DeleteForm, RenameForm
from vms.resource.views import act_on, posted, row_or_404
from vms.storage import services
from vms.storage.forms import GrowForm

LIST = "vms:storages"

act_of = partial(act_from, LIST)


@team_permission("storage:change")
def storage_rename(request: TeamRequest, pk: UUID) -> HttpResponse:
    disk = row_or_404(Storage, request, pk)
    form = RenameForm(posted(request), initial={"name": disk.name}, current=disk.name)
    title = _("Rename %(name)s") % {"name": disk.name}
    act = act_of(request, title=title, button=_("Rename"), done=_("The disk was renamed."))
    return act_on(request, act, form, services.storage_rename, disk=disk)


@team_permission("storage:change")
def storage_grow(request: TeamRequest, pk: UUID) -> HttpResponse:
    disk = row_or_404(Storage, request, pk)
    form = GrowForm(posted(request), size=disk.volume_gb)
    text = [_("It has %(size)s GB: a disk can grow, and never shrink.") % {"size": disk.volume_gb}]
    if price := disk.cluster.storage_price_gb_hour:
        words = _("Each further 10 GB cost %(price)s here.")
        text.append(words % {"price": usd_month(price * 10)})
    if disk.vm:
        words = _("%(vm)s uses the new size after a restart (not a soft reboot).")
        text.append(words % {"vm": disk.vm.name})
    act = act_of(
        request,
        title=_("Grow %(name)s") % {"name": disk.name},
        text=text,
        button=_("Grow"),
        done=_("The disk grows."),
        suffix="GB",
        needs_restart=True,
    )
    return act_on(request, act, form, services.storage_grow, disk=disk)


@team_permission("storage:delete")
def storage_delete(request: TeamRequest, pk: UUID) -> HttpResponse:
    disk = row_or_404(Storage, request, pk)
    words = _("The disk and what is on it are gone for good. It saves %(price)s.")
    act = act_of(
        request,
        title=_("Delete %(name)s?") % {"name": disk.name},
        warning=words % {"price": usd_month(disk.price_hour)},
        button=_("Delete %(name)s") % {"name": disk.name},
        done=_("The disk is being deleted."),
        is_danger=True,
    )
    form = DeleteForm(posted(request), name=disk.name)
    return act_on(request, act, form, services.storage_delete, disk=disk)
