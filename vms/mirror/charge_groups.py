"""The sums of a month by VM and by person, from those of its things."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from vms.models import ChargeHolder, ChargeMonth, ChargePerson, FluenceAccount
from vms.models.billing import VM_CHARGE

from .tables import rows_delete, rows_write

OF_HOLDER = ("account_id", "month", "holder_id")
HOLDER_FIELDS = ("resource_type", "name", "cluster_id", "detail", "person", "parts", "cost")
OF_PERSON = ("account_id", "month", "person")


def groups_sum(account: FluenceAccount, month: date, things: Iterable[ChargeMonth]) -> None:
    """Write the sums of a month of which `things` are all there are."""
    by_holder: dict[str, list[ChargeMonth]] = defaultdict(list)
    by_person: dict[str, Decimal] = defaultdict(Decimal)
    for thing in things:
        by_holder[thing.holder_id].append(thing)
        by_person[thing.person] += thing.cost
    _holders_write(account, month, by_holder)
    _persons_write(account, month, by_person)


def _holders_write(
    account: FluenceAccount, month: date, by_holder: dict[str, list[ChargeMonth]]
) -> None:
    of_month = ChargeHolder.objects.filter(account=account, month=month)
    stored = {row.holder_id: row for row in of_month}
    rows_delete(ChargeHolder, [row.pk for id_, row in stored.items() if id_ not in by_holder])
    rows = [_holder(id_, things) for id_, things in by_holder.items()]
    pairs = [(row, stored.get(row.holder_id)) for row in rows]
    rows_write(ChargeHolder, pairs, OF_HOLDER, HOLDER_FIELDS)


def _holder(id_: str, things: list[ChargeMonth]) -> ChargeHolder:
    """Add up what belongs to one; what is not there itself has others of its own: it is a VM."""
    itself = next((thing for thing in things if thing.resource_id == id_), None)
    told = itself or max(things, key=lambda thing: thing.resource_id)
    return ChargeHolder(
        account_id=told.account_id,
        month=told.month,
        holder_id=id_,
        resource_type=itself.resource_type if itself else VM_CHARGE,
        name=itself.name if itself else told.holder_name,
        cluster_id=told.cluster_id,
        detail=itself.detail if itself else "",
        person=told.person,
        parts=len(things) - bool(itself),
        cost=sum((thing.cost for thing in things), Decimal(0)),
    )


def _persons_write(account: FluenceAccount, month: date, by_person: dict[str, Decimal]) -> None:
    of_month = ChargePerson.objects.filter(account=account, month=month)
    stored = {row.person: row for row in of_month}
    rows_delete(ChargePerson, [row.pk for person, row in stored.items() if person not in by_person])
    pairs = [
        (
            ChargePerson(account=account, month=month, person=person, cost=cost),
            stored.get(person),
        )
        for person, cost in by_person.items()
    ]
    rows_write(ChargePerson, pairs, OF_PERSON, ("cost",))
