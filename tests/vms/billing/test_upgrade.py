"""An upgrade adds up by VM and by person what was read before there were such sums."""

from datetime import UTC, datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from controlpanel.teams.models import Team
from tests.vms.rows import account_row
from vms.mirror.charge_groups import groups_sum
from vms.models import ChargeHolder, ChargeMonth, ChargePerson

from .charging import charge, charged

BEFORE = [("vms", "0023_top_ups")]
COLUMNS = ("month", "holder_id", "name", "resource_type", "cluster_id", "detail", "person", "parts")
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)


def sums() -> tuple[list[object], list[object]]:
    holders = ChargeHolder.objects.order_by("month", "holder_id").values_list(*COLUMNS, "cost")
    persons = ChargePerson.objects.order_by("month", "person")
    return list(holders), list(persons.values_list("month", "person", "cost"))


@pytest.mark.django_db(transaction=True)
def test_the_sums_of_the_months_are_those_that_a_reading_writes(team: Team) -> None:
    account = account_row(team)
    days = [datetime(2026, month, 3, tzinfo=UTC).date() for month in (10, 11)]
    for day in days:
        things = [charge(day, "vm-1", "1.5"), charge(day, "disk-1", "0.25"), charge(day, "ip", "2")]
        charged(account, *things, read_at=NOW)
    rows = ChargeMonth.objects.filter(resource_id="disk-1")
    rows.update(holder_id="vm-1", holder_name="web-1", person="Petra")
    ChargeMonth.objects.filter(resource_id="vm-1", month=days[0].replace(day=1)).delete()
    latest = MigrationExecutor(connection).loader.graph.leaf_nodes()
    MigrationExecutor(connection).migrate(BEFORE)
    MigrationExecutor(connection).migrate(latest)
    of_upgrade = sums()
    assert [holder[1:3] for holder in of_upgrade[0]] == [  # type: ignore[index]
        ("ip", "ip"),
        ("vm-1", "web-1"),
        ("ip", "ip"),
        ("vm-1", "vm-1"),
    ]
    for day in days:
        month = day.replace(day=1)
        groups_sum(account, month, ChargeMonth.objects.filter(account=account, month=month))
    assert sums() == of_upgrade
