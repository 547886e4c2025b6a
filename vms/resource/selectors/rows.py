"""A row of the lists of disks and addresses: plain values, since a page has fifty of them."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import OuterRef, Q, QuerySet, Subquery

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

Values = dict[str, Any]
COLUMNS = (
    *("id", "remote_id", "name", "status", "said", "created_at", "price_hour"),
    *("attached_to", "vm_id", "vm__name", "free_since", "is_left_over"),
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
    """Load what `rows_from` needs: whether a person has to settle something, and who ended the VM
    that it came from.
    """
    found = {
        "is_stuck": _stuck_or_waiting(model),
        "terminated_by": Subquery(_terminations().values("actor_data__name")[:1]),
    }
    annotated: QuerySet[Any] = rows.annotate(**found)
    return annotated.values(*COLUMNS, *OWN_COLUMNS[model], *found)


def _stuck_or_waiting(model: type[Attachable]) -> Subquery:
    """Return True if a person has to settle something, False if it only waits to go with its VM,
    and nothing if neither is so: two looks would be planned twice.
    """
    goes_with_vm = Q(state=Operation.State.PENDING, after__isnull=False, ready_at=None)
    operations = Operation.objects.filter(
        Q(needs_attention=True) | goes_with_vm,
        target_type=model.TARGET_TYPE,
        target_id=as_target_id(OuterRef("pk")),
    )
    return Subquery(operations.order_by("-needs_attention").values("needs_attention")[:1])


def _terminations() -> QuerySet[Operation]:
    return Operation.objects.filter(
        target_type=VM_TYPE,
        target_id=as_target_id(OuterRef("origin_id")),
        kind=Action.VM_TERMINATE,
        state=Operation.State.SUCCEEDED,
    ).order_by("-finished_at")


def rows_from(
    found: Iterable[Values], model: type[Attachable], places: Mapping[str, Place]
) -> list[AttachableRow]:
    """Return the rows of what `with_columns` loaded."""
    own = _of_disks() if model is Storage else _of_public_ips()
    return [_row(values, own(values), places) for values in found]


def _row(values: Values, own: Values, places: Mapping[str, Place]) -> AttachableRow:
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
        **own,
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
        awaits_person=status == statuses.REFUSED or bool(values["is_stuck"]),
        goes_with_vm=values["is_stuck"] is False,
    )


def _of_disks() -> Callable[[Values], Values]:
    """Return what tells a disk's own columns, its words looked up once for all rows."""
    what, detail = facts.disk_what.for_reader(), facts.disk_detail.for_reader()

    def own(values: Values) -> Values:
        is_boot_disk = values["role"] == BOOT
        size, replicated = (values["volume_gb"], values["storage_type"]), values["replicated"]
        return {
            "what": what(is_boot_disk=is_boot_disk),
            "detail": detail(*size, replicated=replicated),
            "address": "",
            "is_data_disk": not is_boot_disk,
        }

    return own


def _of_public_ips() -> Callable[[Values], Values]:
    what = facts.public_ip_what()

    def own(values: Values) -> Values:
        address = values["address"]
        return {"what": what, "detail": address, "address": address, "is_data_disk": False}

    return own


def _whose(values: Values) -> Values:
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
