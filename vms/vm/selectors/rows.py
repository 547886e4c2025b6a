"""A row of the VM list: plain values, since a page has fifty and a model of each costs more.

Fifty models and what they join take 5.5 to 6.0 ms to load, these 3.6 (on one machine, in turns): by
a prepared query (controlpanel/lib/prepared.py) 1.6.
"""

from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from django.db.models import Exists, OuterRef, QuerySet

from controlpanel.ui.messages import said
from vms.core import facts, statuses
from vms.models import VM, Operation
from vms.models.operation import as_target_id
from vms.models.vm import TARGET_TYPE

COLUMNS = (
    *("id", "account_id", "remote_id", "name", "status", "said", "public_ip"),
    *("vcpu", "ram_gb", "price_hour", "created_at", "created_by_name"),
    *("allowed_actions", "restart_required"),
    *("revision_created", "hidden_at"),
    *("cluster__name", "cluster__datacenter__city", "cluster__datacenter__country_code"),
    *("configuration__vcpu", "configuration__ram_gb"),
    *("configuration__family", "configuration__slug"),
)


class VMRow(NamedTuple):
    """What the partials of a row ask of a `VM`, worked out; names as there."""

    pk: str
    name: str
    status: str
    problem: str
    city: str
    place_detail: str
    size: str
    family: str
    public_ip: str
    price_hour: Decimal | None
    created_at: datetime
    created_by_name: str
    revision_created: int
    hidden_at: datetime | None
    is_ended: bool
    is_refused: bool
    is_present: bool
    awaits_person: bool
    is_unseen: bool
    is_terminable: bool
    needs_restart: bool


def with_columns(vms: QuerySet[VM]) -> "QuerySet[Any, dict[str, Any]]":
    """Load what `row_from` needs, and whether a person has to settle something."""
    annotated: QuerySet[Any] = vms.annotate(needs_attention=stuck())
    return annotated.values(*COLUMNS, "needs_attention")


def stuck() -> Exists:
    """Whether an operation on the VM waits for a person."""
    here = Operation.objects.filter(
        target_type=TARGET_TYPE, target_id=as_target_id(OuterRef("pk")), needs_attention=True
    )
    return Exists(here)


def row_from(values: dict[str, Any]) -> VMRow:
    status, remote_id, cluster = values["status"], values["remote_id"], values["cluster__name"]
    country = values["cluster__datacenter__country_code"]
    vcpu = values["vcpu"] or values["configuration__vcpu"]
    ram_gb = values["ram_gb"] or values["configuration__ram_gb"]
    awaits_person = facts.awaits_person(
        status,
        has_account=values["account_id"] is not None,
        is_stuck=values["needs_attention"],
    )
    is_terminable = facts.is_terminable(status, remote_id, awaits_person=awaits_person)
    return VMRow(
        pk=str(values["id"]),
        name=values["name"],
        status=status,
        problem=said(values["said"]),
        city=facts.city(values["cluster__datacenter__city"], cluster),
        place_detail=facts.place_detail(country, cluster),
        size=facts.size(vcpu, ram_gb),
        family=facts.family(values["configuration__family"], values["configuration__slug"]),
        public_ip=values["public_ip"],
        price_hour=values["price_hour"],
        created_at=values["created_at"],
        created_by_name=values["created_by_name"],
        revision_created=values["revision_created"],
        hidden_at=values["hidden_at"],
        is_ended=facts.is_ended(status),
        is_refused=status == statuses.REFUSED,
        is_present=facts.is_present(status, remote_id),
        awaits_person=awaits_person,
        is_unseen=facts.is_unseen(remote_id, is_stuck=values["needs_attention"]),
        is_terminable=is_terminable,
        needs_restart=values["restart_required"]
        and is_terminable
        and facts.may_restart(values["allowed_actions"]),
    )
