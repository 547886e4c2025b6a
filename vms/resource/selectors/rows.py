"""A row of the lists of disks and addresses: plain values, since a page has fifty of them."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from controlpanel.audit.actions import Action
from controlpanel.ui.messages import said
from vms.core import facts
from vms.core import resource_statuses as statuses
from vms.core.statuses import ENDED
from vms.models import Attachable, Operation, PublicIp, Storage
from vms.models.operation import as_target_id
from vms.models.storage import BOOT
from vms.models.vm import TARGET_TYPE as VM_TYPE

from .places import Place

COLUMNS = (
    *("id", "remote_id", "name", "status", "said", "created_at", "price_hour"),
    *("attached_to", "vm_id", "vm__name", "vm__status", "free_since", "is_left_over"),
    *("is_checked", "cluster_id", "origin_id", "origin__name", "origin__status"),
)
OWN_COLUMNS: dict[type[Attachable], tuple[str, ...]] = {
    Storage: ("role", "volume_gb", "storage_type", "replicated"),
    PublicIp: ("address",),
}


class AttachableRow(NamedTuple):
    """What the partials of a row ask, worked out; names as of `Attachable`."""

    pk: str
    remote_id: str
    name: str
    status: str
    problem: str
    what: str
    detail: str
    address: str
    city: str
    place_detail: str
    price_hour: Decimal | None
    created_at: datetime
    attached_to: str
    vm_id: str
    vm_name: str
    origin_id: str
    origin_name: str
    origin_has_ended: bool
    terminated_by: str
    free_since: datetime | None
    is_left_over: bool
    is_checked: bool
    is_data_disk: bool
    is_present: bool
    is_free: bool
    is_held: bool
    is_deletable: bool
    is_refused: bool
    awaits_person: bool
    goes_with_vm: bool


def with_columns(rows: QuerySet[Any], model: type[Attachable]) -> "QuerySet[Any, dict[str, Any]]":
    """Load what `row_from` needs: whether a person has to settle something, and who ended the VM
    that it came from.
    """
    here = Operation.objects.filter(
        target_type=model.TARGET_TYPE, target_id=as_target_id(OuterRef("pk")), needs_attention=True
    )
    terminates = Operation.objects.filter(
        target_type=VM_TYPE,
        target_id=as_target_id(OuterRef("origin_id")),
        kind=Action.VM_TERMINATE,
        state=Operation.State.SUCCEEDED,
    ).order_by("-finished_at")
    by = Subquery(terminates.values("actor_data__name")[:1])
    waiting = Operation.objects.filter(
        target_type=model.TARGET_TYPE,
        target_id=as_target_id(OuterRef("pk")),
        state=Operation.State.PENDING,
        after__isnull=False,
        ready_at=None,
    )
    found = {"needs_attention": Exists(here), "goes_with_vm": Exists(waiting), "terminated_by": by}
    annotated: QuerySet[Any] = rows.annotate(**found)
    return annotated.values(*COLUMNS, *OWN_COLUMNS[model], *found)


def row_from(
    values: dict[str, Any], model: type[Attachable], places: Mapping[str, Place]
) -> AttachableRow:
    status, attached_to = values["status"], values["attached_to"]
    is_present = values["remote_id"] is not None and status not in statuses.GOING
    is_held = bool(attached_to) and values["is_checked"]
    settled = status in {statuses.READY, statuses.FAILED}
    place = places[values["cluster_id"]]
    return AttachableRow(
        pk=str(values["id"]),
        remote_id=values["remote_id"] or "",
        name=values["name"],
        status=status,
        problem=said(values["said"]),
        **(_of_disk(values) if model is Storage else _of_public_ip(values)),
        city=place.city,
        place_detail=place.detail,
        price_hour=values["price_hour"],
        created_at=values["created_at"],
        attached_to=attached_to,
        **_whose(values),
        is_present=is_present,
        is_free=status == statuses.READY and not attached_to,
        is_held=is_held,
        is_deletable=is_present and settled and not attached_to,
        is_refused=status == statuses.REFUSED,
        awaits_person=status == statuses.REFUSED or values["needs_attention"],
        goes_with_vm=values["goes_with_vm"],
    )


def _of_disk(values: dict[str, Any]) -> dict[str, Any]:
    size, replicated = (values["volume_gb"], values["storage_type"]), values["replicated"]
    is_boot_disk = values["role"] == BOOT
    return {
        "what": facts.disk_what(is_boot_disk=is_boot_disk),
        "detail": facts.disk_detail(*size, replicated=replicated),
        "address": "",
        "is_data_disk": not is_boot_disk,
    }


def _of_public_ip(values: dict[str, Any]) -> dict[str, Any]:
    address = values["address"]
    what = facts.public_ip_what()
    return {"what": what, "detail": address, "address": address, "is_data_disk": False}


def _whose(values: dict[str, Any]) -> dict[str, Any]:
    """Return what tells whose it is, or was."""
    return {
        "vm_id": str(values["vm_id"] or ""),
        "vm_name": values["vm__name"] or "",
        "origin_id": str(values["origin_id"] or ""),
        "origin_name": values["origin__name"] or "",
        "origin_has_ended": values["origin__status"] in ENDED,
        "terminated_by": values["terminated_by"] or "",
        "free_since": values["free_since"],
        "is_left_over": values["is_left_over"],
        "is_checked": values["is_checked"],
    }
