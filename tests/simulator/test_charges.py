"""Charges: every hour counted, added up by day, month, resource, type and cluster."""

import csv
import io
from datetime import date, timedelta
from decimal import Decimal

import pytest

from controlpanel.fluence import Changes, FluenceClient
from controlpanel.simulator.testing import RunningSimulator
from tests.fluence.renting import rent
from tests.simulator.raw import send
from tests.simulator.renting_parts import ELSEWHERE, disk, launched

HOUR = 3600
DAYS = 40


@pytest.fixture
def spent(sim: RunningSimulator, client: FluenceClient[Changes]) -> Decimal:
    """Return what a VM with a disk and an address, and a disk elsewhere, cost in 40 days."""
    rent(client)
    disk(sim, client, cluster_id=ELSEWHERE)
    sim.clock.advance(DAYS * 24 * HOUR - 600)
    return 500 - client.account.balances()[0].balance


def dates(sim: RunningSimulator) -> tuple[date, date]:
    today = sim.clock.now().date()
    return today - timedelta(days=DAYS + 1), today


def test_the_total_is_what_left_the_balance(
    sim: RunningSimulator, client: FluenceClient, spent: Decimal
) -> None:
    assert client.billing.total_charges().total == spent
    vms = client.billing.total_charges(resource_type="VM").total
    storages = client.billing.total_charges(resource_type="STORAGE").total
    addresses = client.billing.total_charges(resource_type="PUBLIC_IP").total
    assert vms + storages + addresses == spent
    assert min(vms, storages, addresses) > 0


@pytest.mark.parametrize("group_by", [None, "RESOURCE", "RESOURCE_TYPE", "CLUSTER"])
@pytest.mark.parametrize("period", [None, "DAY", "MONTH"])
def test_however_it_is_added_up_it_is_the_same(
    sim: RunningSimulator,
    client: FluenceClient,
    spent: Decimal,
    group_by: str | None,
    period: str | None,
) -> None:
    rows = client.billing.charges(*dates(sim), group_by=group_by, period=period)
    assert sum(row.total_cost for row in rows) == spent
    assert sum(row.total_usage_hours for row in rows) == 4 * DAYS * 24
    kinds = {None: 4, "RESOURCE": 4, "RESOURCE_TYPE": 3, "CLUSTER": 2}[group_by]
    starts = {row.period_start for row in rows}
    assert len({(r.resource_id, r.resource_type, r.cluster_id) for r in rows}) == kinds
    assert (starts == {None}) is (period is None)
    if period == "DAY":
        assert len(starts) in (DAYS, DAYS + 1)
    if period == "MONTH":
        assert all(start and start.day == 1 for start in starts)


def test_a_row_says_what_it_is_for(
    sim: RunningSimulator, client: FluenceClient, spent: Decimal
) -> None:
    rows = {row.resource_type: row for row in client.billing.charges(*dates(sim))}
    assert rows["VM"].vm_configuration == "cpu-regular-2vcpu-4gb"
    assert rows["VM"].resource_name == "web-1"
    assert rows["STORAGE"].storage_type == "NVMe"
    assert rows["STORAGE"].quantity == 25
    assert rows["STORAGE"].replicated_storage is False
    assert rows["PUBLIC_IP"].ip_address_type == "V4"
    coarse = client.billing.charges(*dates(sim), group_by="CLUSTER")
    assert {row.resource_type for row in coarse} == {None}


def test_a_resized_disk_is_two_rows_and_one_resource(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    made = disk(sim, client)
    client.storages.update(made.id, volume_gb=50)
    sim.clock.advance(HOUR)
    rows = client.billing.charges(*dates(sim))
    assert {row.quantity for row in rows} == {25, 50}
    [one] = client.billing.charges(*dates(sim), group_by="RESOURCE")
    assert (one.quantity, one.total_usage_hours) == (Decimal(50), Decimal(2))


def test_only_the_days_and_the_resource_asked_for_count(
    sim: RunningSimulator, client: FluenceClient, spent: Decimal
) -> None:
    _, today = dates(sim)
    long_ago = sim.clock.now().date() - timedelta(days=1000)
    assert client.billing.charges(long_ago, long_ago) == ()
    of_today = client.billing.charges(today, today, period="DAY")
    assert 0 < sum(row.total_cost for row in of_today) < spent
    vm = client.vms.list().items[0]
    [row] = client.billing.charges(*dates(sim), resource_id=vm.id)
    assert row.resource_id == vm.id


def test_the_csv_has_the_same_rows(
    sim: RunningSimulator, client: FluenceClient, spent: Decimal
) -> None:
    text = client.billing.charges_csv(*dates(sim))
    rows = list(csv.DictReader(io.StringIO(text)))
    assert sum(Decimal(row["totalCost"]) for row in rows) == spent
    assert {row["resourceName"] for row in rows} == {"web-1", "boot", "web-1-ip", "data"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", 400),
        ("startDate=2026-03-01", 400),
        ("startDate=2026-03-01&endDate=2026-3-1x", 400),
        ("startDate=2026-03-02&endDate=2026-03-01", 422),
        ("startDate=2026-03-01&endDate=2026-03-01&groupBy=COLOUR", 400),
        ("startDate=2026-03-01&endDate=2026-03-01&format=xml", 400),
    ],
)
def test_a_wrong_question_is_refused(sim: RunningSimulator, query: str, status: int) -> None:
    assert send(sim, f"GET /v1/billing/charges/aggregated?{query}").status_code == status


def test_what_is_gone_is_still_accounted_for(
    sim: RunningSimulator, client: FluenceClient[Changes]
) -> None:
    vm = launched(sim, client)
    client.vms.terminate(vm.id)
    sim.clock.advance(HOUR)
    [row] = client.billing.charges(*dates(sim), resource_type="VM")
    assert (row.resource_id, row.total_usage_hours) == (vm.id, Decimal(1))
