"""What a month's charges add up to by VM, by thing, by kind, by place and by person."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django.db.models import (
    DateField,
    Exists,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    UUIDField,
    Value,
)
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from controlpanel.lib.prepared import Given, PreparedQuery
from vms.billing.forms import By, SpendChoice
from vms.billing.words import kind_many, kind_one, parts_label
from vms.core.months import month_after
from vms.models import VM, ChargeDay, ChargeHolder, ChargeMonth, ChargePerson, FluenceAccount
from vms.models.exact import ExactDecimalField
from vms.resource.selectors.places import Place, all_places

PER_PAGE = 50
COLUMNS = ("month", "resource_type", "name", "cluster_id", "detail", "person", "cost")
# What has a row of its own for each month, in the order of its cost: its key, and more of it.
RANKED: dict[By, tuple[type[ChargeHolder | ChargeMonth], str, tuple[str, ...]]] = {
    By.VM: (ChargeHolder, "holder_id", ("parts",)),
    By.THING: (ChargeMonth, "resource_id", ("holder_id", "holder_name")),
}
Values = dict[str, Any]


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

    @property
    def parts_label(self) -> str:
        return parts_label(self.parts)


@dataclass(frozen=True, slots=True)
class SpentGroups:
    """A page of rows, the dearest first. Those that only the month before had are the last."""

    rows: list[SpentGroup]
    previous: int | None = None
    next: int | None = None


def groups_page(account: FluenceAccount, choice: SpendChoice) -> SpentGroups:
    """Return a page of the rows of a month and the month before it."""
    start = (choice.page - 1) * PER_PAGE
    found = _rows(account, choice, start, start + PER_PAGE + 1)
    return SpentGroups(
        rows=found[:PER_PAGE],
        previous=choice.page - 1 if choice.page > 1 else None,
        next=choice.page + 1 if len(found) > PER_PAGE else None,
    )


def groups_all(account: FluenceAccount, choice: SpendChoice) -> list[SpentGroup]:
    """Return all rows."""
    return _rows(account, choice, 0, None)


def _rows(
    account: FluenceAccount, choice: SpendChoice, start: int, end: int | None
) -> list[SpentGroup]:
    if choice.by not in RANKED:
        places = all_places() if choice.by == By.PLACE else {}
        return [
            SpentGroup(_name(choice.by, key, places), cost, before)
            for key, cost, before in _summed(account, choice)[start:end]
        ]
    found = _ranked(account, choice, start, end)
    # Read after the rows, so that each row's place is among them.
    key, places = RANKED[choice.by][1], all_places()
    return [_row(row, row[key], choice.month, places) for row in found]


def _ranked(
    account: FluenceAccount, choice: SpendChoice, start: int, end: int | None
) -> list[Values]:
    """Return the rows from `start` to `end`: the month's own, then those that only the month before
    has.
    """
    of = {"account": account.pk, "team": account.team_id, "before": choice.month_before}
    if start == 0 and end is not None:
        found = _first_page(choice.by)(month=choice.month, **of)
    else:
        found = list(_with_before(choice.by, choice.month, of)[start:end])
    if end is not None and len(found) == end - start:
        return found
    model, key, _more = RANKED[choice.by]
    own = model._default_manager.filter(account=account, month=choice.month)
    count = start + len(found) if found else own.count()
    earlier = _with_before(choice.by, choice.month_before, of)
    gone = earlier.filter(~Exists(own.filter(**{key: OuterRef(key)})))
    return found + list(gone[max(start - count, 0) : None if end is None else end - count])


def _with_before(by: By, month: Any, of: Mapping[str, Any]) -> "QuerySet[Any, Values]":  # noqa: ANN401 - or a `Given`
    """Return a month's rows, with what each cost in the month before and the page of its VM.

    `of` are the account, its team and the month before.
    """
    model, key, more = RANKED[by]
    rows = model._default_manager.filter(account=of["account"], month=month)
    earlier = model._default_manager.filter(
        account=of["account"], month=of["before"], **{key: OuterRef(key)}
    )
    vms = VM.objects.filter(team=of["team"], remote_id=OuterRef(key))
    told = {
        "cost_before": Subquery(earlier.values("cost")[:1]),
        "detail_before": Subquery(earlier.values("detail")[:1]),
        "vm": Subquery(vms.values("pk")[:1]),
    }
    annotated: QuerySet[Any] = rows.annotate(**told).order_by("-cost", key)
    return annotated.values(key, *COLUMNS, *more, *told)


@cache
def _first_page(by: By) -> PreparedQuery[Values]:
    """Return one row more than a page has."""
    month, before = Given("month", DateField()), Given("before", DateField())
    of = {name: Given(name, UUIDField()) for name in ("account", "team")} | {"before": before}
    return PreparedQuery(lambda: _with_before(by, month, of)[: PER_PAGE + 1])


def _row(row: Values, key: str, month: date, places: Mapping[str, Place]) -> SpentGroup:
    return SpentGroup(
        name=row["name"] or key,
        cost=row["cost"] if row["month"] == month else Decimal(0),
        before=row["cost_before"] or Decimal(0),
        kind=kind_one(row["resource_type"]),
        # Of a VM that only a disk is left of, the month before still tells.
        detail=row["detail"] or row["detail_before"] or "",
        place=_name(By.PLACE, row["cluster_id"], places),
        person=_name(By.PERSON, row["person"], places),
        of=row.get("holder_name", "") if row.get("holder_id", key) != key else "",
        parts=row.get("parts", 0),
        vm=str(row["vm"] or ""),
    )


def _summed(account: FluenceAccount, choice: SpendChoice) -> list[tuple[str, Decimal, Decimal]]:
    """Return what each kind, place or person cost in the month and the month before."""
    if choice.by == By.PERSON:
        key, this = "person", Q(month=choice.month)
        months = (choice.month, choice.month_before)
        rows: QuerySet[Any] = ChargePerson.objects.filter(account=account, month__in=months)
    else:
        key = "resource_type" if choice.by == By.KIND else "cluster_id"
        this = Q(day__gte=choice.month)
        end = month_after(choice.month)
        rows = ChargeDay.objects.filter(account=account, day__gte=choice.month_before, day__lt=end)
    sums = rows.values_list(key).annotate(this=_sum(this), before=_sum(~this))
    return list(sums.order_by("-this", "-before", key))


def _sum(months: Q) -> Coalesce:
    nothing = Value(Decimal(0), output_field=ExactDecimalField())
    return Coalesce(Sum("cost", filter=months), nothing)


def _name(by: By, value: str, places: Mapping[str, Place]) -> str:
    """Return what a person reads of a kind, a place or a person."""
    if by == By.KIND:
        return kind_many(value) or _("Without a kind")
    if by == By.PERSON:
        return value or _("outside the panel")
    return places[value].name if value in places else value or _("no place")
