"""What a month's charges add up to by VM, by thing, by kind, by place and by person."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, Max, Q, QuerySet, Sum, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from vms.billing.forms import By, SpendChoice
from vms.billing.words import kind_many, kind_one
from vms.models import VM, ChargeMonth, FluenceAccount
from vms.models.billing import VM_CHARGE
from vms.models.exact import ExactDecimalField
from vms.resource.selectors.places import Place, all_places

PER_PAGE = 50
# A VM's own row, or that of what belongs to none.
ITSELF = Q(resource_id=F("holder_id"))
KEYS = {
    By.VM: "holder_id",
    By.THING: "resource_id",
    By.KIND: "resource_type",
    By.PLACE: "cluster_id",
    By.PERSON: "person",
}


@dataclass(frozen=True, slots=True)
class SpentGroup:
    """A row of the table; amounts in USD. Only VMs and things have what follows `before`.

    `parts` counts the disks and addresses that are added to a VM. `vm` is the id of the VM's page,
    empty if it has none; `of` names the VM that a thing belongs to, if it is not itself.
    """

    name: str
    cost: Decimal
    before: Decimal
    kind: str = ""
    detail: str = ""
    place: str = ""
    person: str = ""
    of: str = ""
    parts: int = 0
    vm: str = ""


@dataclass(frozen=True, slots=True)
class SpentGroups:
    """A page of rows, the dearest first. Those that only the month before had are the last."""

    rows: list[SpentGroup]
    previous: int | None = None
    next: int | None = None


def groups_page(account: FluenceAccount, choice: SpendChoice) -> SpentGroups:
    """Return a page of the rows of a month and the month before it."""
    start = (choice.page - 1) * PER_PAGE
    found = list(_found(account, choice)[start : start + PER_PAGE + 1])
    return SpentGroups(
        rows=_rows(account, choice.by, found[:PER_PAGE]),
        previous=choice.page - 1 if choice.page > 1 else None,
        next=choice.page + 1 if len(found) > PER_PAGE else None,
    )


def groups_all(account: FluenceAccount, choice: SpendChoice) -> list[SpentGroup]:
    """Return all rows."""
    return _rows(account, choice.by, list(_found(account, choice)))


def _found(account: FluenceAccount, choice: SpendChoice) -> "QuerySet[Any, dict[str, Any]]":
    this, key = Q(month=choice.month), KEYS[choice.by]
    rows = ChargeMonth.objects.filter(
        account=account, month__in=(choice.month, choice.month_before)
    )
    sums = rows.values(key).annotate(this_cost=_sum(this), cost_before=_sum(~this))
    if choice.by in {By.VM, By.THING}:
        sums = sums.annotate(**(_of_vm(this) if choice.by == By.VM else _of_thing(this)))
    found: QuerySet[Any, dict[str, Any]] = sums.order_by("-this_cost", "-cost_before", key)
    return found


def _sum(months: Q) -> Coalesce:
    nothing = Value(Decimal(0), output_field=ExactDecimalField())
    return Coalesce(Sum("cost", filter=months), nothing)


def _latest(column: str, this: Q, of: Q | None = None) -> Coalesce:
    """Return what the month itself says, or else the month before."""
    where = of or Q()
    return Coalesce(Max(column, filter=this & where), Max(column, filter=where))


def _of_vm(this: Q) -> dict[str, Any]:
    return {
        "label": Coalesce(_latest("name", this, ITSELF), _latest("holder_name", this)),
        # What is not there itself has others that belong to it: it is a VM.
        "kind": Coalesce(Max("resource_type", filter=ITSELF), Value(VM_CHARGE)),
        "size": Coalesce(_latest("detail", this, ITSELF), Value("")),
        "place": Coalesce(_latest("cluster_id", this, ITSELF), _latest("cluster_id", this)),
        "who": Coalesce(_latest("person", this, ITSELF), _latest("person", this)),
        "others": Count("resource_id", distinct=True, filter=~ITSELF),
    }


def _of_thing(this: Q) -> dict[str, Any]:
    columns = {
        "label": "name",
        "kind": "resource_type",
        "size": "detail",
        "place": "cluster_id",
        "who": "person",
        "holder": "holder_id",
        "of": "holder_name",
    }
    return {name: _latest(column, this) for name, column in columns.items()}


def _rows(account: FluenceAccount, by: By, found: list[dict[str, Any]]) -> list[SpentGroup]:
    places = all_places() if by not in {By.KIND, By.PERSON} else {}
    if by not in {By.VM, By.THING}:
        return [
            SpentGroup(_name(by, row[KEYS[by]], places), row["this_cost"], row["cost_before"])
            for row in found
        ]
    ids = [row[KEYS[by]] for row in found]
    vms = VM.objects.filter(team=account.team_id, remote_id__in=ids)
    pages = dict(vms.values_list("remote_id", "pk")) if len(ids) <= PER_PAGE else {}
    return [_row(row, row[KEYS[by]], places, str(pages.get(row[KEYS[by]], ""))) for row in found]


def _row(row: dict[str, Any], key: str, places: Mapping[str, Place], vm: str) -> SpentGroup:
    holder = row.get("holder", key)
    return SpentGroup(
        name=row["label"] or key,
        cost=row["this_cost"],
        before=row["cost_before"],
        kind=kind_one(row["kind"]),
        detail=row["size"],
        place=_name(By.PLACE, row["place"], places),
        person=_name(By.PERSON, row["who"], places),
        of=row["of"] if holder != key else "",
        parts=row.get("others", 0),
        vm=vm,
    )


def _name(by: By, value: str, places: Mapping[str, Place]) -> str:
    """Return what a person reads of a kind, a place or a person."""
    if by == By.KIND:
        return kind_many(value) or _("Without a kind")
    if by == By.PERSON:
        return value or _("outside the panel")
    return places[value].name if value in places else value or _("no place")
