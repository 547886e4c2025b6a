from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from controlpanel.teams.access import TeamRequest, team_permission
from controlpanel.teams.permissions import Permission
from vms.catalogue.selectors.offers import clusters_on_offer
from vms.models import Batch, Storage
from vms.resource.detail import detail_page
from vms.resource.listing import Listing, delete_many_page, list_page
from vms.resource.services import resource_dismiss, resource_keep
from vms.resource.views import create_on, posted, row_or_404, settle
from vms.storage import services
from vms.storage.forms import StorageForm

from .acts import LIST, act_of

LISTING = Listing(
    model=Storage,
    url_name=LIST,
    template="vms/storage/list.html",
    change=Permission.STORAGE_CHANGE,
    delete=Permission.STORAGE_DELETE,
)


@team_permission("vm:view")
def storages(request: TeamRequest) -> HttpResponse:
    return list_page(request, LISTING)


@team_permission("vm:view")
def storage(request: TeamRequest, pk: UUID) -> HttpResponse:
    return detail_page(request, LISTING, pk)


@team_permission("storage:create")
def storage_create(request: TeamRequest) -> HttpResponse:
    places = [each for each in clusters_on_offer() if each.storage_price_gb_hour is not None]
    form = StorageForm(posted(request), clusters=places)
    act = act_of(request, title=_("Create a disk"), button=_("Create"), done=_("It is being made."))
    return create_on(request, act, form, services.storage_create)


@team_permission("storage:delete")
def storages_delete(request: TeamRequest) -> HttpResponse:
    def begin(rows: Iterable[Storage], **asked: Any) -> Batch:
        return services.storages_delete(disks=rows, **asked)

    return delete_many_page(request, LISTING, begin)


@require_POST
@team_permission("storage:create")
def storage_dismiss(request: TeamRequest, pk: UUID) -> HttpResponse:
    return settle(request, row_or_404(Storage, request, pk), LIST, resource_dismiss)


@require_POST
@team_permission("storage:delete")
def storage_keep(request: TeamRequest, pk: UUID) -> HttpResponse:
    """Do not delete with its VM what was to be."""
    return settle(request, row_or_404(Storage, request, pk), LIST, resource_keep)
